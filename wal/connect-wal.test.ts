// A connection to a log: its calls, its limits, and how errors cross it.
import { describe, expect, test } from "vitest";
import { type ConnectedWal, type ConnectOptions, connectWal } from "./connect-wal.ts";
import { three } from "./fixtures/disk-changes.ts";
import { askEveryCall, everyCall } from "./fixtures/every-call.ts";
import { Answers, type GroupLog, type OpenGroup, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { diskError } from "./fixtures/tapped-storage.ts";
import { callUntyped } from "./fixtures/untyped-call.ts";
import { makeLsn } from "./lsn.ts";
import { shareWal } from "./share-wal.ts";

interface Connected extends GroupLog {
  readonly remote: ConnectedWal;
}

/** Runs `work` on a log and a connection to it. */
async function onConnection(
  options: OpenGroup & { readonly connect?: ConnectOptions },
  work: (connected: Connected) => Promise<void>,
): Promise<void> {
  const { connect, ...group } = options;
  await onGroupLog(group, async (log) => {
    const remote = connectWal(shareWal(log.wal), connect);
    await work({ ...log, remote });
    log.letRun();
    await remote.close();
  });
}

/** Messages have gone there and back. */
async function roundTrip(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) {
    await turn();
  }
}

test("every call does what the log's own does, in the order of the calls", async () => {
  await onConnection({}, async ({ wal, remote, directory, syncs, changes, letRun }) => {
    const answers = askEveryCall(remote);
    await roundTrip();
    expect(answers.settled).toEqual([]);
    expect(changes()).toEqual(everyCall.changes);
    syncs.release();
    await roundTrip();
    expect(answers.settled).toEqual(everyCall.answers);
    expect(wal.lastCheckpoint).toBe(makeLsn(1, 5));
    letRun();
    await remote.close();
    await wal.append(bytesOf("still open"));
    await wal.close();
    expect(readBack(directory).texts).toEqual([...everyCall.texts, "still open"]);
  });
});

test("payloads are copied at the call, whatever they are views of", async () => {
  await onConnection({}, async ({ wal, remote, directory, letRun }) => {
    letRun();
    const payload = Buffer.from("abc");
    const calls = [remote.append(payload), remote.appendBatch([payload.subarray(1), payload])];
    payload.fill(0);
    await Promise.all(calls);
    expect(payload.length).toBe(3);
    await wal.close();
    expect(readBack(directory).texts).toEqual(["abc", "bc", "abc"]);
  });
});

describe("refused", () => {
  test("here, what is no payload", async () => {
    await onConnection({}, async ({ remote }) => {
      for (const argument of ["abc", undefined, [1]]) {
        await expect(callUntyped(remote, "append", argument)).rejects.toMatchObject({
          code: "bad-argument",
        });
        await expect(callUntyped(remote, "appendBatch", argument)).rejects.toMatchObject({
          code: "bad-argument",
        });
      }
    });
  });

  test("there, what the log refuses, with its code", async () => {
    const options = { recordBytesMax: 3, waitingBytesMax: 40 };
    await onConnection(options, async ({ wal, remote, letRun }) => {
      await expect(remote.append(bytesOf("abcd"))).rejects.toMatchObject({
        code: "record-too-large",
      });
      const first = remote.append(three);
      await expect(remote.append(three)).rejects.toMatchObject({ code: "overloaded" });
      letRun();
      await first;
      await wal.close();
      await expect(remote.append(three)).rejects.toMatchObject({
        name: "WalError",
        code: "closed",
      });
    });
  });

  test("with the disk's own error as the cause", async () => {
    await onConnection({}, async ({ remote, syncs }) => {
      const call = remote.append(three);
      const refusal = expect(call).rejects.toMatchObject({
        name: "WalError",
        code: "poisoned",
        cause: { message: "made by the test: EIO", code: "EIO" },
      });
      await roundTrip();
      syncs.release(diskError("EIO"));
      await refusal;
      await expect(remote.sync()).rejects.toMatchObject({ code: "poisoned" });
    });
  });

  test.each<ConnectOptions>([
    { callsMax: 0 },
    { callsMax: 1_000_001 },
    { waitingBytesMax: 0.5 },
    { waitingBytesMax: 2 ** 30 + 1 },
  ])("as an option: %o", async (connect) => {
    await onConnection({}, async ({ wal }) => {
      const port = shareWal(wal);
      expect(codeOf(() => connectWal(port, connect))).toBe("bad-option");
      port.close();
    });
  });
});

describe("limits", () => {
  test.each<ConnectOptions>([{ callsMax: 2 }, { waitingBytesMax: 2 * 27 }])(
    "%o",
    async (connect) => {
      await onConnection({ connect }, async ({ remote, syncs, letRun }) => {
        const answers = new Answers();
        answers.watch("a", remote.append(three));
        answers.watch("b", remote.append(three));
        answers.watch("c", remote.append(three));
        answers.watch("drained", remote.drained());
        await roundTrip();
        expect(answers.settled).toEqual(["c !overloaded"]);
        syncs.release();
        await roundTrip();
        expect(answers.settled).toEqual(["c !overloaded", "a 1", "b 2", "drained"]);
        letRun();
        await remote.append(three);
      });
    },
  );

  test("drained waits for room in the log too", async () => {
    await onConnection({ waitingBytesMax: 100 }, async ({ wal, remote, syncs }) => {
      const answers = new Answers();
      const ours = [wal.append(three), wal.append(three)];
      answers.watch("drained", remote.drained());
      await roundTrip();
      expect(answers.settled).toEqual([]);
      syncs.release();
      await roundTrip();
      expect(answers.settled).toEqual(["drained"]);
      await Promise.all(ours);
    });
  });
});

describe("close", () => {
  test("waits for the calls before it, and refuses those after", async () => {
    await onConnection({}, async ({ remote, syncs }) => {
      const answers = new Answers();
      answers.watch("append", remote.append(three));
      answers.watch("close", remote.close());
      answers.watch("again", remote.close());
      answers.watch("late", remote.append(three));
      answers.watch("drained", remote.drained());
      await roundTrip();
      expect(answers.settled).toEqual(["late !closed", "drained"]);
      syncs.release();
      await roundTrip();
      expect(answers.settled.slice(2)).toEqual(["append 1", "close", "again"]);
    });
  });

  test("by the other end: calls under way reject with closed", async () => {
    await onGroupLog({}, async ({ wal, letRun }) => {
      const port = shareWal(wal);
      const remote = connectWal(port);
      const call = remote.append(three);
      const refusal = expect(call).rejects.toMatchObject({ code: "closed" });
      await roundTrip();
      port.close();
      await refusal;
      letRun();
      await wal.append(three);
    });
  });
});
