// Group commit: who shares a sync, when callers are answered, and what each call does on the disk.
import { describe, expect, test } from "vitest";
import { three } from "./fixtures/disk-changes.ts";
import { askEveryCall, everyCall } from "./fixtures/every-call.ts";
import { Answers, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, readBack } from "./fixtures/read-back.ts";
import { inTempDirectoryLater, readImage } from "./fixtures/temp-directory.ts";
import { makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import { decodeRecordHeader } from "./record.ts";
import { decodeSegmentHeader, headerChecksum, SEGMENT_HEADER_BYTES } from "./segment-header.ts";

/** A record with a payload of three bytes. */
const R = 27;

describe("a group", () => {
  test("all callers of one turn: one write, one sync, then each its own LSN, in order", async () => {
    await onGroupLog({}, async ({ wal, syncs, changes }) => {
      const answers = new Answers();
      for (let caller = 1; caller <= 64; caller += 1) {
        answers.watch("append", wal.append(three));
      }
      expect(changes()).toEqual([]);
      await turn();
      expect(changes()).toEqual([`write 001 ${64 * R}@56`, "syncDataLater 001"]);
      expect(answers.settled).toEqual([]);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(Array.from({ length: 64 }, (_, at) => `append ${at + 1}`));
      expect(syncs.seen.length).toBe(1);
    });
  });

  test("callers that begin some microtasks later in the turn are in it", async () => {
    await onGroupLog({}, async ({ wal, changes }) => {
      for (let caller = 0; caller < 10; caller += 1) {
        void afterMicrotasks(caller).then(async () => await wal.append(three));
      }
      await turn();
      expect(changes()).toEqual([`write 001 ${10 * R}@56`, "syncDataLater 001"]);
    });
  });

  test("those who come while it syncs wait for the next, which begins after the answers", async () => {
    await onGroupLog({}, async ({ wal, syncs, changes }) => {
      const answers = new Answers();
      answers.watch("first", wal.append(three));
      await turn();
      answers.watch("second", wal.append(three));
      answers.watch("third", wal.append(three));
      await turn();
      expect(changes()).toEqual([`write 001 ${R}@56`, "syncDataLater 001"]);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["first 1"]);
      expect(changes().slice(2)).toEqual([`write 001 ${2 * R}@83`, "syncDataLater 001"]);
      expect(syncs.count).toBe(1);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["first 1", "second 2", "third 3"]);
    });
  });

  test("takes in what its callers ask for next, when they are answered together", async () => {
    await onGroupLog({}, async ({ wal, syncs }) => {
      for (let caller = 0; caller < 8; caller += 1) {
        void wal.append(three).then(async () => await wal.append(three));
      }
      for (let group = 1; group <= 2; group += 1) {
        await turn();
        syncs.release();
      }
      await turn();
      expect([syncs.count, syncs.seen.length]).toEqual([0, 2]);
    });
  });

  test("holds appends, batches, checkpoints and syncs, in the order of the calls", async () => {
    await onGroupLog({}, async ({ wal, directory, syncs, changes }) => {
      const answers = askEveryCall(wal);
      await turn();
      expect(wal.lastCheckpoint).toBeUndefined();
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(everyCall.answers);
      expect(wal.lastCheckpoint).toBe(makeLsn(1, 5));
      expect(changes()).toEqual(everyCall.changes);
      await wal.close();
      expect(readBack(directory)).toMatchObject({ texts: everyCall.texts });
    });
  });

  test("that adds nothing is not synced", async () => {
    await onGroupLog({}, async ({ wal, syncs, changes }) => {
      await wal.sync();
      expect(await wal.appendBatch([])).toEqual([]);
      void wal.append(three);
      await turn();
      syncs.release();
      await wal.sync();
      expect(changes().length).toBe(2);
    });
  });
});

async function afterMicrotasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) {
    await Promise.resolve();
  }
}

describe("bytes", () => {
  test("are copied at the call", async () => {
    await onGroupLog({}, async ({ wal, directory, letRun }) => {
      letRun();
      const payload = Buffer.from("abc");
      const batch = [Buffer.from("de"), payload];
      const calls = [wal.append(payload), wal.append(payload.subarray(1)), wal.appendBatch(batch)];
      payload.fill(0);
      batch.pop()?.fill(1);
      await Promise.all(calls);
      await wal.close();
      expect(readBack(directory).texts).toEqual(["abc", "bc", "de", "abc"]);
    });
  });

  test("go to the disk in more writes than one where the buffer is smaller than the group", async () => {
    await onGroupLog({ bufferBytes: 81 }, async ({ wal, directory, changes, letRun }) => {
      letRun();
      const large = bytesOf("x".repeat(81 - 24 + 1));
      await Promise.all([three, three, three, three, large, three].map((each) => wal.append(each)));
      expect(changes()).toEqual([
        "write 001 81@56",
        `write 001 ${R}@137`,
        "write 001 82@164",
        `write 001 ${R}@246`,
        "syncDataLater 001",
      ]);
      await wal.close();
      expect(readBack(directory).texts.length).toBe(6);
    });
  });

  test("say in each record what a sync had covered when the record was written", async () => {
    await onGroupLog({}, async ({ wal, directory, syncs }) => {
      for (const callers of [2, 3, 1]) {
        for (let caller = 0; caller < callers; caller += 1) {
          void wal.append(three);
        }
        await turn();
        void wal.append(three);
        syncs.release();
        await turn();
        syncs.release();
        await turn();
      }
      expect(proofsOf(directory)).toEqual([0, 0, 2, 3, 3, 3, 6, 7, 8]);
    });
  });
});

/** The `syncedIndex` of each record of a log of threes. */
function proofsOf(directory: string): number[] {
  const bytes = readImage(directory).get("000000000001.wal") ?? Buffer.alloc(0);
  const outcome = decodeSegmentHeader(bytes);
  const salt = outcome.kind === "header" ? headerChecksum(outcome.header) : 0;
  const proofs: number[] = [];
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.length; at += R) {
    const header = decodeRecordHeader(bytes, at, salt);
    proofs.push(typeof header === "string" ? -1 : header.syncedIndex);
  }
  return proofs;
}

const ROTATION = [
  "open 002.new create",
  "write 002.new 56@0",
  "sync 002.new",
  "rename 002.new 002",
  "syncDirectory",
];

describe("a segment's edge", () => {
  test("ends the group; its sync ends before the new segment is made", async () => {
    await onGroupLog({ segmentBytes: 128 }, async ({ wal, syncs, changes }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c"]) {
        answers.watch(name, wal.append(three));
      }
      await turn();
      expect(changes()).toEqual([`write 001 ${2 * R}@56`, "syncDataLater 001"]);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["a 1", "b 2"]);
      expect(changes().slice(2)).toEqual([...ROTATION, `write 002 ${R}@56`, "syncDataLater 002"]);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["a 1", "b 2", "c 3"]);
    });
  });

  test("a batch lies in one segment, with those before it that fit", async () => {
    await onGroupLog({ segmentBytes: 200 }, async ({ wal, changes, letRun }) => {
      letRun();
      const batch = [40, 46].map((size) => Buffer.alloc(size - 24));
      await Promise.all([wal.append(three), wal.appendBatch(batch), wal.append(three)]);
      const writes = changes().filter((call) => call.startsWith("write") && !call.includes("new"));
      // 118 and 27 bytes are over the 144 of a segment, so each has its own.
      expect(writes).toEqual([`write 001 ${R}@56`, "write 002 118@56", `write 003 ${R}@56`]);
    });
  });

  test("a record larger than a segment is alone in one", async () => {
    await onGroupLog({ segmentBytes: 128 }, async ({ wal, directory, letRun }) => {
      letRun();
      const texts = ["a", "b".repeat(1000), "c"];
      await Promise.all(texts.map((text) => wal.append(bytesOf(text))));
      await wal.close();
      expect(readImage(directory).size).toBe(3);
      expect(readBack(directory).texts).toEqual(texts);
    });
  });
});

describe("truncateBefore", () => {
  test("drops segments between two groups", async () => {
    await onGroupLog({ segmentBytes: 128 }, async ({ wal, directory, syncs, changes, letRun }) => {
      letRun();
      await Promise.all([three, three, three].map((each) => wal.append(each)));
      const checkpoint = await wal.checkpoint();
      const from = changes().length;
      await Promise.all([wal.append(three), wal.truncateBefore(checkpoint), wal.append(three)]);
      const made = changes().slice(from);
      expect(made.indexOf("remove 001")).toBeGreaterThan(made.indexOf("syncDataLater 002"));
      expect(made.filter((call) => call.startsWith("syncDataLater")).length).toBe(2);
      expect(syncs.count).toBe(0);
      await wal.close();
      expect(readBack(directory).lsns[0]).toBe(makeLsn(1, 3));
    });
  });

  test("is held against the checkpoint that is durable at the call", async () => {
    await onGroupLog({}, async ({ wal, letRun }) => {
      const marked = wal.checkpoint();
      await expect(wal.truncateBefore(makeLsn(1, 1))).rejects.toMatchObject({
        code: "beyond-checkpoint",
      });
      letRun();
      await wal.truncateBefore(await marked);
      await expect(wal.truncateBefore(-1)).rejects.toMatchObject({ code: "bad-argument" });
    });
  });
});

test("logs of mode group and of the other modes are one format", async () => {
  await inTempDirectoryLater(async (directory) => {
    const first = openWal(directory, { mode: "group" }, { storage: quickDisk });
    const checkpoint = await first.checkpoint();
    await first.append(bytesOf("grouped"));
    await first.close();
    const second = openWal(directory, { mode: "sync" }, { storage: quickDisk });
    expect(second.lastCheckpoint).toBe(checkpoint);
    second.append(bytesOf("synced"));
    second.close();
    const third = openWal(directory, { mode: "group" });
    expect(third.lastCheckpoint).toBe(checkpoint);
    expect(await third.append(bytesOf("grouped"))).toBe(makeLsn(3, 1));
    await third.close();
    expect(readBack(directory).texts).toEqual(["grouped", "synced", "grouped"]);
  });
});
