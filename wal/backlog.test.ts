// The bound on what waits: what is refused, and when there is room again.
import { describe, expect, test } from "vitest";
import { Backlog } from "./backlog.ts";
import { three } from "./fixtures/disk-changes.ts";
import { Answers, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";

/** A record with a payload of three bytes. */
const R = 27;

test("bytes: up to the limit, and any size where nothing waits", () => {
  const backlog = new Backlog({ bytes: 100 });
  backlog.check(1000);
  backlog.take(60);
  backlog.check(40);
  expect(codeOf(() => backlog.check(41))).toBe("overloaded");
  backlog.settle(60);
  backlog.check(1000);
});

test("calls: up to the limit", () => {
  const backlog = new Backlog({ bytes: 100, calls: 2 });
  backlog.take(1);
  backlog.take(1);
  expect(codeOf(() => backlog.check(1))).toBe("overloaded");
  backlog.settle(1);
  backlog.check(1);
});

test("drained settles when half of each limit is free", async () => {
  const backlog = new Backlog({ bytes: 100, calls: 4 });
  await backlog.drained();
  for (const bytes of [50, 1, 1, 1]) {
    backlog.take(bytes);
  }
  const answers = new Answers();
  answers.watch("drained", backlog.drained());
  backlog.settle(1);
  backlog.settle(1);
  await turn();
  expect(answers.settled).toEqual([]);
  backlog.settle(1);
  await turn();
  expect(answers.settled).toEqual(["drained"]);
  await backlog.drained();
});

describe("a log whose waitingBytesMax is reached", () => {
  const options = { waitingBytesMax: 4 * R };

  test("refuses the next call, writes nothing of it, and goes on when it is drained", async () => {
    await onGroupLog(options, async ({ wal, directory, syncs, letRun }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c"]) {
        answers.watch(name, wal.append(three));
      }
      answers.watch("too much", wal.appendBatch([three]));
      answers.watch("d", wal.append(three));
      answers.watch("e", wal.append(three));
      answers.watch("sync", wal.sync());
      answers.watch("checkpoint", wal.checkpoint());
      answers.watch("truncation", wal.truncateBefore(0));
      answers.watch("drained", wal.drained());
      await turn();
      // A group that is being synced waits still.
      answers.watch("f", wal.append(three));
      await turn();
      expect(answers.settled).toEqual(
        ["too much", "e", "sync", "checkpoint", "truncation", "f"].map(
          (name) => `${name} !overloaded`,
        ),
      );
      answers.settled.length = 0;
      syncs.release();
      await turn();
      expect([...answers.settled].sort()).toEqual(["a 1", "b 2", "c 3", "d 4", "drained"]);
      letRun();
      await wal.append(bytesOf("after"));
      await wal.close();
      expect(readBack(directory).texts).toEqual(["abc", "abc", "abc", "abc", "after"]);
    });
  });

  test("takes a record of any size when nothing waits", async () => {
    await onGroupLog(options, async ({ wal, directory, letRun }) => {
      letRun();
      const large = bytesOf("x".repeat(1000));
      await wal.append(large);
      await wal.appendBatch([large, large]);
      await wal.close();
      expect(readBack(directory).texts.length).toBe(3);
    });
  });

  test("calls that add nothing are bounded too", async () => {
    await onGroupLog(options, async ({ wal, syncs }) => {
      const answers = new Answers();
      answers.watch("append", wal.append(three));
      for (let call = 0; call < 4; call += 1) {
        answers.watch("sync", wal.sync());
      }
      await turn();
      expect(answers.settled).toEqual(["sync !overloaded"]);
      syncs.release();
      await turn();
      expect(answers.settled.length).toBe(5);
    });
  });

  test("drained settles in a poisoned log, which refuses the next call", async () => {
    await onGroupLog(options, async ({ wal, syncs }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c", "d"]) {
        answers.watch(name, wal.append(three));
      }
      answers.watch("drained", wal.drained());
      await turn();
      syncs.release(new Error("EIO"));
      await turn();
      expect(answers.settled).toContain("drained");
      await expect(wal.append(three)).rejects.toMatchObject({ code: "poisoned" });
    });
  });

  test("holds no more than that, however many call", async () => {
    await onGroupLog({ waitingBytesMax: 100 * R }, async ({ wal, directory, syncs, letRun }) => {
      const answers = new Answers();
      for (let call = 0; call < 10_000; call += 1) {
        answers.watch("append", wal.append(three));
      }
      await turn();
      expect(answers.settled).toEqual(Array.from({ length: 9900 }, () => "append !overloaded"));
      syncs.release();
      await turn();
      expect(answers.settled.slice(9900).at(-1)).toBe("append 100");
      letRun();
      await wal.close();
      expect(readBack(directory).texts.length).toBe(100);
    });
  });
});
