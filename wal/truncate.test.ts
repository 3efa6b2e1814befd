// truncateBefore: whole segments, oldest first, never beyond the checkpoint, safe in any crash.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ForgetfulDisk } from "./fixtures/forgetful-disk.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { changes, stopAfter, tapStorage, wasStopped } from "./fixtures/tapped-storage.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import type { Storage } from "./storage.ts";
import type { Wal } from "./wal.ts";

/** Two records of two bytes fit into a segment. */
const options = { segmentBytes: 128 };

const texts = ["a1", "a2", "b1", "b2", "c1", "c2"];

/** A log of three full segments. */
function openThree(directory: string, storage: Storage = quickDisk): Wal {
  const wal = openWal(directory, options, { storage });
  for (const text of texts) {
    wal.append(bytesOf(text));
  }
  return wal;
}

/** The numbers of the segments that are left. */
function segmentsOf(directory: string): number[] {
  return [...readImage(directory).keys()].map((name) => Number.parseInt(name, 10));
}

test("drops the segments in which every record lies before the LSN, and no other", () => {
  inTempDirectory((directory) => {
    const wal = openThree(directory);
    wal.checkpoint();
    const seen = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
      wal.truncateBefore(index === 0 ? 0 : makeLsn(1, index));
      return segmentsOf(directory).join("");
    });
    expect(seen).toEqual(["1234", "1234", "1234", "234", "234", "34", "34", "4"]);
    wal.close();
    expect(readBack(directory)).toMatchObject({ texts: [], report: { segments: 1 } });
  });
});

test("each removal is synced before the next", () => {
  inTempDirectory((directory) => {
    const tap = tapStorage(undefined, quickDisk);
    const wal = openThree(directory, tap.storage);
    const checkpoint = wal.checkpoint();
    const from = tap.calls.length;
    wal.truncateBefore(checkpoint);
    expect(changes(tap.calls, from)).toEqual([
      "remove 001",
      "syncDirectory",
      "remove 002",
      "syncDirectory",
      "remove 003",
      "syncDirectory",
    ]);
    wal.truncateBefore(checkpoint);
    expect(changes(tap.calls, from).length).toBe(6);
    wal.close();
  });
});

test("the segment in use stays, whatever lies in it", () => {
  inTempDirectory((directory) => {
    const wal = openWal(directory, {}, { storage: quickDisk });
    wal.append(bytesOf("a"));
    wal.truncateBefore(wal.checkpoint());
    wal.close();
    expect(readBack(directory).texts).toEqual(["a"]);
  });
});

describe("refused, and the log goes on", () => {
  test.each([
    ["beyond the checkpoint", (wal: Wal) => (wal.lastCheckpoint ?? 0) + 1, "beyond-checkpoint"],
    ["the last record", () => makeLsn(1, 8), "beyond-checkpoint"],
    ["a negative number", () => -1, "bad-argument"],
    ["a fraction", () => 1.5, "bad-argument"],
    ["no number", () => Number.NaN, "bad-argument"],
    ["an unsafe number", () => 2 ** 53, "bad-argument"],
  ] as const)("%s", (_, lsnOf, code) => {
    inTempDirectory((directory) => {
      const wal = openThree(directory);
      wal.checkpoint();
      wal.append(bytesOf("behind"));
      expect(codeOf(() => wal.truncateBefore(lsnOf(wal)))).toBe(code);
      expect(segmentsOf(directory)).toEqual([1, 2, 3, 4]);
      wal.append(bytesOf("on"));
      wal.close();
      expect(readBack(directory).texts).toEqual([...texts, "behind", "on"]);
    });
  });

  test("without a checkpoint", () => {
    inTempDirectory((directory) => {
      const wal = openThree(directory);
      expect(codeOf(() => wal.truncateBefore(1))).toBe("beyond-checkpoint");
      wal.truncateBefore(0);
      wal.close();
      expect(segmentsOf(directory)).toEqual([1, 2, 3]);
    });
  });
});

test("the checkpoint of an earlier life holds after many lives", () => {
  inTempDirectory((directory) => {
    const first = openThree(directory);
    const checkpoint = first.checkpoint();
    first.append(bytesOf("kept"));
    first.close();
    for (const text of ["d", "e"]) {
      const wal = openWal(directory, options, { storage: quickDisk });
      expect(wal.lastCheckpoint).toBe(checkpoint);
      wal.append(bytesOf(text));
      wal.close();
    }
    const wal = openWal(directory, options, { storage: quickDisk });
    expect(codeOf(() => wal.truncateBefore(checkpoint + 1))).toBe("beyond-checkpoint");
    wal.truncateBefore(checkpoint);
    wal.close();
    expect(readBack(directory)).toMatchObject({
      texts: ["kept", "d", "e"],
      report: { checkpointLsn: checkpoint },
    });
  });
});

test("a tail set aside goes with its segment", () => {
  inTempDirectory((directory) => {
    openThree(directory).close();
    appendFileSync(join(directory, "000000000003.wal"), "torn");
    const tap = tapStorage(undefined, quickDisk);
    const wal = openWal(directory, options, { storage: tap.storage });
    expect(readImage(directory).has("000000000003.wal.1.torn")).toBe(true);
    const from = tap.calls.length;
    wal.truncateBefore(wal.checkpoint());
    expect(changes(tap.calls, from).slice(-3)).toEqual([
      "remove 003.1.torn",
      "remove 003",
      "syncDirectory",
    ]);
    wal.close();
    expect([...readImage(directory).keys()]).toEqual(["000000000004.wal"]);
  });
});

/** Runs the truncation up to call `last` and reads what is left; undefined when it was done. */
function left(last: number, isPowerCut: boolean): readonly string[] | undefined {
  return inTempDirectory((directory) => {
    const disk = new ForgetfulDisk(directory);
    let from = Number.POSITIVE_INFINITY;
    const tap = tapStorage((call) => stopAfter(from + last)(call), disk.storage);
    const wal = openThree(directory, tap.storage);
    const checkpoint = wal.checkpoint();
    from = tap.calls.length;
    const stopped = wasStopped(() => wal.truncateBefore(checkpoint));
    tap.die();
    if (isPowerCut) {
      disk.cutPower();
    }
    const found = readBack(directory, disk.storage).texts;
    openWal(directory, {}, { storage: disk.storage }).close();
    return stopped ? found : undefined;
  });
}

describe("a crash at each call leaves a log without a hole", () => {
  test.each([
    ["kill", false],
    ["power cut", true],
  ])("%s", (_, isPowerCut) => {
    const seen = new Set<number>();
    let found = left(0, isPowerCut);
    for (let last = 1; found !== undefined; last += 1) {
      expect(found).toEqual(texts.slice(texts.length - found.length));
      seen.add(found.length);
      found = left(last, isPowerCut);
    }
    expect([...seen]).toEqual(isPowerCut ? [6, 4, 2] : [6, 4, 2, 0]);
  });
});
