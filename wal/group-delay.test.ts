// The delays of group commit: when the leader waits, how long, and what ends it.
import { describe, expect, test } from "vitest";
import { three } from "./fixtures/disk-changes.ts";
import { Answers, type GroupLog, type OpenGroup, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import type { GroupWal } from "./group-wal.ts";

/** So many callers append in one turn. */
async function callers(wal: GroupWal, count: number): Promise<void> {
  for (let caller = 0; caller < count; caller += 1) {
    void wal.append(three);
  }
  await turn();
}

/** The delays that one group of so many appends takes, released one after another. */
async function delaysOf(options: OpenGroup, count: number): Promise<readonly string[]> {
  let seen: readonly string[] = [];
  await onGroupLog(options, async ({ wal, delays, syncs }) => {
    await callers(wal, count);
    while (syncs.count === 0) {
      expect(delays.count).toBe(1);
      delays.release();
      await turn();
    }
    seen = [...delays.seen];
  });
  return seen;
}

describe("commitDelayMicros: with at least commitSiblings others", () => {
  test.each<readonly [OpenGroup, number, readonly string[]]>([
    [{}, 100, []],
    [{ commitDelayMicros: 300 }, 1, []],
    [{ commitDelayMicros: 300 }, 5, []],
    [{ commitDelayMicros: 300 }, 6, ["300"]],
    [{ commitDelayMicros: 300 }, 60, ["300"]],
    [{ commitDelayMicros: 300, commitSiblings: 0 }, 1, ["300"]],
    [{ commitDelayMicros: 300, commitSiblings: 1 }, 1, []],
    [{ commitDelayMicros: 300, commitSiblings: 1 }, 2, ["300"]],
    [{ commitDelayMicros: 300, commitSiblings: 1000 }, 1000, []],
    [{ commitDelayMicros: 300, commitSiblings: 1000 }, 1001, ["300"]],
  ])("%o, %i callers", async (options, count, expected) => {
    expect(await delaysOf(options, count)).toEqual(expected);
  });

  test("batches and checkpoints count; what adds nothing does not", async () => {
    const options = { commitDelayMicros: 300, commitSiblings: 2 };
    await onGroupLog(options, async ({ wal, delays, syncs }) => {
      void wal.append(three);
      void wal.appendBatch([three]);
      void wal.appendBatch([]);
      void wal.sync();
      await turn();
      expect([delays.count, syncs.count]).toEqual([0, 1]);
      for (const call of [wal.append(three), wal.appendBatch([three]), wal.checkpoint()]) {
        call.catch(() => undefined);
      }
      syncs.release();
      await turn();
      expect([delays.count, syncs.count]).toEqual([1, 0]);
    });
  });

  test("waits once and to the end, and takes in who comes meanwhile", async () => {
    const options = { commitDelayMicros: 300, commitSiblings: 1 };
    await onGroupLog(options, async ({ wal, delays, syncs, changes }) => {
      await callers(wal, 2);
      await callers(wal, 1000);
      expect([delays.count, syncs.count, changes().length]).toEqual([1, 0, 0]);
      delays.release();
      await turn();
      expect(changes()).toEqual([`write 001 ${1002 * 27}@56`, "syncDataLater 001"]);
      expect(delays.seen).toEqual(["300"]);
    });
  });

  test("each group is asked anew", async () => {
    const options = { commitDelayMicros: 300, commitSiblings: 1 };
    await onGroupLog(options, async ({ wal, delays, syncs }) => {
      await callers(wal, 2);
      delays.release();
      await turn();
      await callers(wal, 1);
      syncs.release();
      await turn();
      expect([delays.count, syncs.count]).toEqual([0, 1]);
      await callers(wal, 2);
      syncs.release();
      await turn();
      expect([delays.count, syncs.count]).toEqual([1, 0]);
    });
  });
});

describe("syncDelayMicros: until syncNoDelayCount wait, looked at every tenth", () => {
  test.each<readonly [OpenGroup, number, readonly string[]]>([
    [{ syncDelayMicros: 1000 }, 1, Array.from({ length: 10 }, () => "100")],
    [{ syncDelayMicros: 1000 }, 50, Array.from({ length: 10 }, () => "100")],
    [{ syncDelayMicros: 1005 }, 1, [...Array.from({ length: 10 }, () => "100"), "5"]],
    [{ syncDelayMicros: 3 }, 1, ["1", "1", "1"]],
    [{ syncDelayMicros: 15 }, 1, Array.from({ length: 15 }, () => "1")],
    [{ syncDelayMicros: 1000, syncNoDelayCount: 2 }, 1, Array.from({ length: 10 }, () => "100")],
    [{ syncDelayMicros: 1000, syncNoDelayCount: 2 }, 2, []],
    [{ syncDelayMicros: 1000, syncNoDelayCount: 1 }, 1, []],
    [{ syncDelayMicros: 0, syncNoDelayCount: 5 }, 1, []],
    [{ syncNoDelayCount: 5 }, 1, []],
  ])("%o, %i callers", async (options, count, expected) => {
    expect(await delaysOf(options, count)).toEqual(expected);
  });

  test("the count ends it at the next tenth, not sooner", async () => {
    const options = { syncDelayMicros: 1000, syncNoDelayCount: 3 };
    await onGroupLog(options, async ({ wal, delays, syncs }) => {
      await callers(wal, 1);
      await callers(wal, 1);
      delays.release();
      await turn();
      await callers(wal, 1);
      expect([delays.count, syncs.count]).toEqual([1, 0]);
      delays.release();
      await turn();
      expect([delays.count, syncs.count]).toEqual([0, 1]);
      expect(delays.seen).toEqual(["100", "100"]);
    });
  });
});

describe.each<readonly [string, OpenGroup]>([
  ["commitDelayMicros", { commitDelayMicros: 300, commitSiblings: 0 }],
  ["syncDelayMicros", { syncDelayMicros: 10 }],
])("either delay, %s", (_, options) => {
  const onLog = async (work: (log: GroupLog) => Promise<void>): Promise<void> =>
    await onGroupLog(options, work);

  test("is not taken where nothing will be synced", async () => {
    await onLog(async ({ wal, delays, syncs }) => {
      await wal.sync();
      await wal.appendBatch([]);
      await wal.truncateBefore(0);
      expect([delays.seen.length, syncs.seen.length]).toEqual([0, 0]);
    });
  });

  test("close lets one end that is under way, and none begin", async () => {
    await onLog(async ({ wal, delays, syncs }) => {
      const answers = new Answers();
      answers.watch("append", wal.append(three));
      await turn();
      answers.watch("close", wal.close());
      await turn();
      expect([delays.count, syncs.count]).toEqual([1, 0]);
      while (delays.count > 0) {
        delays.release();
        await turn();
      }
      syncs.release();
      await turn();
      expect(answers.settled).toEqual(["append 1", "close"]);
    });
    await onLog(async ({ wal, delays, syncs }) => {
      void wal.append(three);
      const closed = wal.close();
      await turn();
      expect([delays.count, syncs.count]).toEqual([0, 1]);
      syncs.release();
      await closed;
    });
  });

  test("a timer that fails leaves nobody waiting", async () => {
    await onLog(async ({ wal, delays }) => {
      const answers = new Answers();
      answers.watch("append", wal.append(three));
      answers.watch("sync", wal.sync());
      await turn();
      delays.release(new Error("no more time"));
      await turn();
      expect(answers.settled).toEqual(["append !poisoned", "sync !poisoned"]);
    });
  });
});
