// Group commit: which calls are refused, before and after close, and what close waits for.
import { describe, expect, test } from "vitest";
import { three } from "./fixtures/disk-changes.ts";
import { Answers, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import { openDescriptors } from "./fixtures/open-descriptors.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { callUntyped } from "./fixtures/untyped-call.ts";
import { INDEX_MAX, makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";

describe("refused before anything is written, and the log goes on", () => {
  test("what is no payload, or too large", async () => {
    await onGroupLog({ recordBytesMax: 3 }, async ({ wal, directory, changes, letRun }) => {
      letRun();
      for (const payload of ["abc", 1, undefined, null, {}, [1], new ArrayBuffer(2)]) {
        await expect(callUntyped(wal, "append", payload)).rejects.toMatchObject({
          code: "bad-argument",
        });
      }
      for (const batch of [[three, "abc"], three, undefined]) {
        await expect(callUntyped(wal, "appendBatch", batch)).rejects.toMatchObject({
          code: "bad-argument",
        });
      }
      const large = bytesOf("abcd");
      const refusal = { code: "record-too-large" };
      await expect(wal.append(large)).rejects.toMatchObject(refusal);
      await expect(wal.appendBatch([three, large])).rejects.toMatchObject(refusal);
      expect(changes()).toEqual([]);
      expect(await wal.append(three)).toBe(makeLsn(1, 1));
      await wal.close();
      expect(readBack(directory).texts).toEqual(["abc"]);
    });
  });

  test("more records than a life has indexes, those that wait counted", async () => {
    await onGroupLog({}, async ({ wal, letRun }) => {
      const waiting = [wal.append(three), wal.appendBatch([three]), wal.checkpoint()];
      const endless: Uint8Array[] = [];
      // Four indexes are taken by those that wait, one goes to the COMMIT.
      endless.length = INDEX_MAX - 4;
      await expect(wal.appendBatch(endless)).rejects.toMatchObject({ code: "exhausted" });
      endless.length -= 1;
      await expect(wal.appendBatch(endless)).rejects.toMatchObject({ code: "bad-argument" });
      letRun();
      await Promise.all(waiting);
    });
  });
});

describe("close", () => {
  test("waits for all before it, refuses all after it, and frees the directory", async () => {
    await onGroupLog({ segmentBytes: 128 }, async ({ wal, directory, syncs }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c"]) {
        answers.watch(name, wal.append(three));
      }
      await turn();
      answers.watch("close", wal.close());
      answers.watch("again", wal.close());
      const later = [
        wal.append(three),
        wal.appendBatch([]),
        wal.checkpoint(),
        wal.sync(),
        wal.truncateBefore(0),
      ];
      for (const call of later) {
        await expect(call).rejects.toMatchObject({ code: "closed" });
      }
      expect(codeOf(() => openWal(directory, {}, { storage: quickDisk }))).toBe("locked");
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["a 1", "b 2"]);
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["a 1", "b 2", "c 3", "close", "again"]);
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory, {}, { storage: quickDisk }).close();
    });
  });

  test("of a log that did nothing", async () => {
    await onGroupLog({}, async ({ wal, changes }) => {
      await wal.close();
      await wal.close();
      expect(changes()).toEqual([]);
    });
  });
});
