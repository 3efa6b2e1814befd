// A failed call of the disk: the log is poisoned, gives everything back, and lost nothing it promised.
import { describe, expect, test } from "vitest";
import { openDescriptors } from "./fixtures/open-descriptors.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack, walErrorOf } from "./fixtures/read-back.ts";
import { diskError, type StorageCall, tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import type { WalOptions } from "./options.ts";
import type { Storage } from "./storage.ts";
import type { Wal } from "./wal.ts";
import { WalError } from "./wal-error.ts";

/** One operation of the workload, and the records it adds. */
interface Step {
  readonly adds: readonly string[];
  run(wal: Wal): void;
}

const append = (text: string): Step => ({
  adds: [text],
  run: (wal) => void wal.append(bytesOf(text)),
});
const batch = (...adds: readonly string[]): Step => ({
  adds,
  run: (wal) => void wal.appendBatch(adds.map(bytesOf)),
});
const other = (run: (wal: Wal) => void): Step => ({ adds: [], run });

/** Rotates, overflows the buffer, and drops the first segment. */
const workload: readonly Step[] = [
  append("one"),
  append("two"),
  other((wal) => wal.flush()),
  batch("b1", "b2", "larger than the whole buffer ".repeat(3)),
  append("three"),
  other((wal) => wal.sync()),
  other((wal) => wal.checkpoint()),
  append("four"),
  other((wal) => wal.truncateBefore(wal.lastCheckpoint ?? 0)),
  append("five"),
  other((wal) => wal.close()),
];

/** How many records `truncateBefore` may have dropped: those of no, one or two segments. */
const DROPS = [0, 2, 5];

const everyCall: readonly Step[] = [
  append("x"),
  batch("x"),
  batch(),
  other((wal) => wal.checkpoint()),
  other((wal) => wal.flush()),
  other((wal) => wal.sync()),
  other((wal) => wal.truncateBefore(0)),
];

/** What came of a workload: what was acknowledged, and the step that failed. */
interface Run {
  readonly acknowledged: readonly string[];
  readonly failed: Step | undefined;
}

/** Runs the workload to the first failure, and checks that everything after it is refused. */
function runUntil(failure: Error, wal: Wal): Run {
  const acknowledged: string[] = [];
  for (const step of workload) {
    try {
      step.run(wal);
      acknowledged.push(...step.adds);
    } catch (error) {
      expect(error).toBeInstanceOf(WalError);
      expect(error).toMatchObject({ code: "poisoned", cause: failure });
      refusesEverything(wal, failure);
      return { acknowledged, failed: step };
    }
  }
  return { acknowledged, failed: undefined };
}

function refusesEverything(wal: Wal, failure: Error): void {
  for (const step of everyCall) {
    expect(walErrorOf(() => step.run(wal))).toMatchObject({ code: "poisoned", cause: failure });
  }
}

/** Closes a log that may be closed already; a poisoned one says so once. */
function closePoisoned(wal: Wal): void {
  try {
    wal.close();
  } catch (error) {
    expect(error).toMatchObject({ code: "poisoned" });
  }
  wal.close();
}

/** Fails call `number` of the workload; undefined where it has no such call. */
function failAt(number: number, options: WalOptions): StorageCall | undefined {
  return inTempDirectory((directory) => {
    const failure = diskError("EIO");
    let struck: StorageCall | undefined;
    let after = Number.POSITIVE_INFINITY;
    const tap = tapStorage((call) => {
      if (call.number === after + number) {
        struck = call;
        throw failure;
      }
    }, quickDisk);
    const wal = openWal(directory, options, { storage: tap.storage });
    after = tap.calls.length;
    const { acknowledged, failed } = runUntil(failure, wal);
    expect(failed === undefined).toBe(struck === undefined);
    closePoisoned(wal);
    if (struck?.kind !== "close") {
      expect(openDescriptors(directory)).toEqual([]);
    }
    tap.die();
    checkSurvivors(directory, acknowledged, failed);
    return struck;
  });
}

/** Everything acknowledged is there, in order, and nothing else but all that the failed step added. */
function checkSurvivors(
  directory: string,
  acknowledged: readonly string[],
  failed: Step | undefined,
): void {
  const { texts } = readBack(directory, quickDisk);
  const asked = [...acknowledged, ...(failed?.adds ?? [])];
  const truncated = failed === undefined || acknowledged.includes("four");
  const legal = (truncated ? DROPS : [0]).flatMap((drop) => [
    acknowledged.slice(drop),
    asked.slice(drop),
  ]);
  expect(legal).toContainEqual(texts);
  const wal = openWal(directory, {}, { storage: quickDisk });
  wal.append(bytesOf("after"));
  wal.close();
  expect(readBack(directory, quickDisk).texts).toEqual([...texts, "after"]);
}

test.each<readonly [string, WalOptions]>([
  ["sync", { mode: "sync" }],
  ["flush", { mode: "flush" }],
  ["sync, preallocated", { mode: "sync", preallocate: true }],
])("mode %s: each call of the disk fails once", (_, options) => {
  const kinds = new Set<string>();
  for (let number = 1; ; number += 1) {
    const struck = failAt(number, { segmentBytes: 160, bufferBytes: 64, ...options });
    if (struck === undefined) {
      break;
    }
    kinds.add(struck.kind);
  }
  expect([...kinds].sort()).toEqual([
    "close",
    "list",
    "open",
    "remove",
    "rename",
    "sync",
    "syncData",
    "syncDirectory",
    "write",
  ]);
});

test("opening: each call fails once, everything is given back, and it can be tried again", () => {
  let failures = 0;
  for (let number = 1; ; number += 1) {
    const struck = inTempDirectory((directory) => {
      const first = openWal(directory, { mode: "flush" }, { storage: quickDisk });
      first.append(bytesOf("kept"));
      first.close();
      let kind: string | undefined;
      const tap = tapStorage((call) => {
        if (call.number === number) {
          ({ kind } = call);
          throw diskError("EIO");
        }
      }, quickDisk);
      const open = (): unknown => openWal(directory, {}, { storage: tap.storage });
      if (!throwsEio(open)) {
        tap.die();
        return undefined;
      }
      if (kind !== "close") {
        expect(openDescriptors(directory), `call ${number}`).toEqual([]);
      }
      tap.die();
      const again = openWal(directory, {}, { storage: quickDisk });
      again.append(bytesOf("next"));
      again.close();
      expect(readBack(directory, quickDisk).texts).toEqual(["kept", "next"]);
      return kind;
    });
    if (struck === undefined) {
      break;
    }
    failures += 1;
  }
  expect(failures).toBeGreaterThan(15);
});

/** True where `work` throws the disk's own error; false where it throws nothing. */
function throwsEio(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: "EIO" });
    return true;
  }
}

/** A disk of which each write takes at most `most` bytes. */
function taking(most: number): Storage {
  return {
    ...quickDisk,
    write: (file, bytes, position) => quickDisk.write(file, bytes.subarray(0, most), position),
  };
}

describe("writes that take less than they are given", () => {
  test.each([1, 7, 64])("%i bytes at a time: they are continued", (most) => {
    inTempDirectory((directory) => {
      const wal = openWal(directory, { segmentBytes: 160 }, { storage: taking(most) });
      const texts = ["a", "", "b".repeat(100), "c"];
      for (const text of texts) {
        wal.append(bytesOf(text));
      }
      wal.close();
      expect(readBack(directory, taking(most)).texts).toEqual(texts);
    });
  });

  test("nothing at all: the log is poisoned, and does not wait", () => {
    inTempDirectory((directory) => {
      let full = false;
      const storage: Storage = {
        ...quickDisk,
        write: (file, bytes, position) => (full ? 0 : quickDisk.write(file, bytes, position)),
      };
      const wal = openWal(directory, {}, { storage });
      wal.append(bytesOf("kept"));
      full = true;
      const error = walErrorOf(() => wal.append(bytesOf("lost")));
      expect(error).toMatchObject({ code: "poisoned", cause: { code: "EIO" } });
      expect(codeOf(() => wal.close())).toBe("poisoned");
      expect(readBack(directory).texts).toEqual(["kept"]);
    });
  });
});
