// Recovery as a barrier: what it writes, in which order, and that a crash inside it changes nothing.
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { craftHeader, craftSegment, putSegments } from "./fixtures/crafted-log.ts";
import { ForgetfulDisk } from "./fixtures/forgetful-disk.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { changes, stopAfter, tapStorage, wasStopped } from "./fixtures/tapped-storage.ts";
import { inTempDirectory, readImage, writeImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import { RecordType } from "./record.ts";
import { recover } from "./recover.ts";
import type { Storage } from "./storage.ts";

const SEGMENT = "000000000001.wal";

/** Leaves a log as a killed process does: written, and not closed. */
function leaveLog(directory: string, texts: readonly string[], mode: "sync" | "flush"): void {
  const tap = tapStorage(undefined, quickDisk);
  const wal = openWal(directory, { mode }, { storage: tap.storage });
  for (const text of texts) {
    wal.append(bytesOf(text));
  }
  tap.die();
}

/** The changes that a recovery makes on the disk. */
function recoveryChanges(directory: string): string[] {
  const tap = tapStorage();
  recover(directory, { storage: tap.storage });
  return changes(tap.calls);
}

describe("what recovery writes", () => {
  test("of an empty directory: nothing, and the names are synced", () => {
    inTempDirectory((directory) => {
      expect(recoveryChanges(directory)).toEqual(["syncDirectory"]);
    });
  });

  test("of a segment without records: nothing", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, [], "sync");
      expect(recoveryChanges(directory)).toEqual(["sync 001", "syncDirectory"]);
    });
  });

  test("the records behind the last proof again, and none before it", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa", "bbb", "ccc"], "sync");
      // Record 3 carries the proof of record 2; nothing speaks of record 3.
      expect(recoveryChanges(directory)).toEqual(["write 001 27@110", "sync 001", "syncDirectory"]);
    });
  });

  test("all records where there is no proof, each time", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa", "bbb", "ccc"], "flush");
      const expected = ["write 001 81@56", "sync 001", "syncDirectory"];
      expect(recoveryChanges(directory)).toEqual(expected);
      expect(recoveryChanges(directory)).toEqual(expected);
    });
  });

  test("only the last record where each carries the proof of the one before", () => {
    inTempDirectory((directory) => {
      const records = [{}, { syncedIndex: 1 }, { type: RecordType.checkpoint, syncedIndex: 2 }];
      putSegments(directory, [craftSegment(craftHeader(), records)]);
      expect(recoveryChanges(directory)[0]).toBe("write 001 24@104");
    });
  });

  test("a proof that comes late is passed over: more is written again, never less", () => {
    inTempDirectory((directory) => {
      const records = [{}, {}, { syncedIndex: 1 }];
      putSegments(directory, [craftSegment(craftHeader(), records)]);
      expect(recoveryChanges(directory)[0]).toBe("write 001 72@56");
    });
  });

  test("the tail beside the segment, synced before it is cut", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa", "bbb"], "sync");
      appendFileSync(join(directory, SEGMENT), "torn");
      expect(recoveryChanges(directory)).toEqual([
        "open 001.1.torn create",
        "write 001.1.torn 4@0",
        "sync 001.1.torn",
        "syncDirectory",
        "write 001 27@83",
        "truncate 001 110",
        "sync 001",
        "syncDirectory",
      ]);
      expect(readImage(directory).get(`${SEGMENT}.1.torn`)).toEqual(Buffer.from("torn"));
    });
  });

  test("zeros at the end are cut without a copy", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa"], "sync");
      appendFileSync(join(directory, SEGMENT), Buffer.alloc(100));
      const cut = ["write 001 27@56", "truncate 001 83", "sync 001", "syncDirectory"];
      expect(recoveryChanges(directory)).toEqual(cut);
      expect(readBack(directory)).toMatchObject({ texts: ["aaa"], report: { tail: undefined } });
    });
  });

  test("large tails and large unproven ends whole", () => {
    inTempDirectory((directory) => {
      const texts = ["a".repeat(100_000), "b".repeat(70_000)];
      leaveLog(directory, texts, "flush");
      const tail = Buffer.alloc(200_001, "t");
      appendFileSync(join(directory, SEGMENT), tail);
      const before = readImage(directory).get(SEGMENT);
      expect(readBack(directory).texts).toEqual(texts);
      const after = readImage(directory);
      expect(after.get(`${SEGMENT}.1.torn`)).toEqual(tail);
      expect(after.get(SEGMENT)).toEqual(before?.subarray(0, -tail.length));
    });
  });

  test("a new tail takes the place of the one set aside before", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa"], "sync");
      writeFileSync(join(directory, `${SEGMENT}.1.torn`), "an older and longer tail");
      appendFileSync(join(directory, SEGMENT), "torn");
      readBack(directory);
      expect(readImage(directory).get(`${SEGMENT}.1.torn`)).toEqual(Buffer.from("torn"));
    });
  });

  test("unfinished segments are removed, whatever they hold", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["aaa"], "sync");
      for (const name of ["000000000002.wal.new", "000000000009.wal.new"]) {
        writeFileSync(join(directory, name), "half a header");
      }
      expect(recoveryChanges(directory).slice(0, 2)).toEqual(["remove 002.new", "remove 009.new"]);
      expect([...readImage(directory).keys()]).toEqual([SEGMENT]);
      expect(readBack(directory).texts).toEqual(["aaa"]);
    });
  });
});

describe("a tail that was cut never comes back", () => {
  test("after the next append, which is of another life", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["kept", "torn record"], "flush");
      const whole = readImage(directory).get(SEGMENT) ?? Buffer.alloc(0);
      writeImage(directory, new Map([[SEGMENT, whole.subarray(0, -1)]]));
      const wal = openWal(directory);
      wal.append(bytesOf("torn record"));
      wal.close();
      expect(readBack(directory).texts).toEqual(["kept", "torn record"]);
    });
  });

  test("where its bytes appear again behind the cut, they are damage", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["kept", "torn"], "flush");
      const whole = readImage(directory).get(SEGMENT) ?? Buffer.alloc(0);
      const image = new Map([[SEGMENT, whole.subarray(0, 56 + 28)]]);
      writeImage(directory, image);
      openWal(directory).close();
      const wal = openWal(directory);
      wal.append(bytesOf("next"));
      wal.close();
      appendFileSync(join(directory, SEGMENT), whole.subarray(56 + 28));
      expect(codeOf(() => readBack(directory))).toBe("corrupt");
    });
  });

  test("in the next segment its bytes do not parse", () => {
    inTempDirectory((directory) => {
      leaveLog(directory, ["kept", "torn"], "flush");
      const whole = readImage(directory).get(SEGMENT) ?? Buffer.alloc(0);
      openWal(directory).close();
      appendFileSync(join(directory, "000000000002.wal"), whole.subarray(56));
      const { texts, report } = readBack(directory);
      expect(texts).toEqual(["kept", "torn"]);
      expect(report.tail).toMatchObject({ segment: "000000000002.wal", offset: 56 });
    });
  });
});

describe("what recovery reported survives a power cut", () => {
  test("after a kill, where no sync had covered it", () => {
    inTempDirectory((directory) => {
      const disk = new ForgetfulDisk(directory);
      const tap = tapStorage(undefined, disk.storage);
      const wal = openWal(directory, { mode: "flush" }, { storage: tap.storage });
      wal.append(bytesOf("a"));
      wal.append(bytesOf("b"));
      tap.die();
      expect(readBack(directory, disk.storage).texts).toEqual(["a", "b"]);
      disk.cutPower();
      expect(readBack(directory, disk.storage).texts).toEqual(["a", "b"]);
    });
  });

  test("after a failed sync, where a sync alone would write nothing", () => {
    inTempDirectory((directory) => {
      const disk = new ForgetfulDisk(directory);
      const wal = openWal(directory, {}, { storage: disk.storage });
      wal.append(bytesOf("acknowledged"));
      disk.failNextSync();
      expect(codeOf(() => wal.append(bytesOf("refused")))).toBe("poisoned");
      expect(codeOf(() => wal.close())).toBe("poisoned");
      const { texts } = readBack(directory, disk.storage);
      expect(texts).toEqual(["acknowledged", "refused"]);
      disk.cutPower();
      expect(readBack(directory, disk.storage).texts).toEqual(texts);
    });
  });

  test("the disk of this test does lose what nobody recovered", () => {
    inTempDirectory((directory) => {
      const disk = new ForgetfulDisk(directory);
      const tap = tapStorage(undefined, disk.storage);
      const wal = openWal(directory, { mode: "flush" }, { storage: tap.storage });
      wal.append(bytesOf("a"));
      tap.die();
      disk.cutPower();
      expect(readBack(directory, disk.storage).texts).toEqual([]);
    });
  });
});

describe("a crash at each call of recovery", () => {
  const texts = ["aaa", "bbb", "ccc", "ddd"];

  /** A torn log of two lives with an unfinished segment beside it. */
  function tornLog(directory: string): void {
    leaveLog(directory, texts.slice(0, 1), "sync");
    leaveLog(directory, texts.slice(1), "flush");
    appendFileSync(join(directory, "000000000002.wal"), "torn");
    writeFileSync(join(directory, "000000000003.wal.new"), "half");
  }

  /** Runs `work` on a torn log up to call `last`; false where it wanted more. */
  function finishes(last: number, work: (directory: string, storage: Storage) => void): boolean {
    return inTempDirectory((directory) => {
      tornLog(directory);
      const tap = tapStorage(stopAfter(last), quickDisk);
      const stopped = wasStopped(() => work(directory, tap.storage));
      tap.die();
      expect(readBack(directory, quickDisk).texts, `stopped after call ${last}`).toEqual(texts);
      const torn = readImage(directory).get("000000000002.wal.2.torn");
      expect(torn, `stopped after call ${last}`).toEqual(Buffer.from("torn"));
      return !stopped;
    });
  }

  const ways: readonly (readonly [string, (directory: string, storage: Storage) => void])[] = [
    ["recover", (directory, storage) => recover(directory, { storage })],
    [
      "openWal",
      (directory, storage) =>
        openWal(directory, { segmentBytes: 4096, preallocate: true }, { storage }),
    ],
  ];
  test.each(ways)("%s: the next one finds the same, and the tail", (_, work) => {
    let last = 0;
    while (!finishes(last, work)) {
      last += 1;
    }
    expect(last).toBeGreaterThan(20);
  });
});

test("two recoveries in a row find the same and leave the same bytes", () => {
  inTempDirectory((directory) => {
    leaveLog(directory, ["aaa", "bbb"], "flush");
    appendFileSync(join(directory, SEGMENT), "torn");
    const first = readBack(directory);
    const image = readImage(directory);
    const second = readBack(directory);
    expect(second.texts).toEqual(first.texts);
    expect(second.lsns).toEqual(first.lsns);
    expect(second.report).toEqual({ ...first.report, tail: undefined });
    expect(readImage(directory)).toEqual(image);
  });
});
