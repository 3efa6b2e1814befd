// Group commit on a disk that fails: all who wait are told, and nothing that was acknowledged is lost.
import { describe, expect, test } from "vitest";
import { three } from "./fixtures/disk-changes.ts";
import { ForgetfulDisk } from "./fixtures/forgetful-disk.ts";
import { Answers, onGroupLog } from "./fixtures/group-log.ts";
import { turn } from "./fixtures/held-calls.ts";
import { openDescriptors } from "./fixtures/open-descriptors.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, textOf } from "./fixtures/read-back.ts";
import { diskError, type StorageCall, tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectoryLater } from "./fixtures/temp-directory.ts";
import type { GroupWal } from "./group-wal.ts";
import { openWal } from "./open-wal.ts";
import { recover } from "./recover.ts";

const failure = diskError("EIO");

function failSyncs({ kind }: StorageCall): void {
  if (kind === "syncDataLater") {
    throw failure;
  }
}

/** Every call of a log that must be refused now. */
async function expectRefusals(wal: GroupWal): Promise<void> {
  const calls = [
    wal.append(three),
    wal.appendBatch([three]),
    wal.appendBatch([]),
    wal.checkpoint(),
    wal.sync(),
    wal.truncateBefore(0),
    wal.close(),
  ];
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({ code: "poisoned", cause: failure });
  }
}

describe("one failure", () => {
  test("of a sync: the group and all behind it are rejected; nothing is tried again", async () => {
    await onGroupLog({ segmentBytes: 128 }, async ({ wal, directory, syncs, changes }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c"]) {
        answers.watch(name, wal.append(three));
      }
      await turn();
      answers.watch("d", wal.sync());
      syncs.release(failure);
      await turn();
      expect(answers.settled).toEqual(["a", "b", "c", "d"].map((name) => `${name} !poisoned`));
      const from = changes().length;
      await expectRefusals(wal);
      expect(changes().length).toBe(from);
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory, {}, { storage: quickDisk }).close();
    });
  });

  test("of a write in the middle of a group: its first and last are rejected alike", async () => {
    let writes = 0;
    const before = ({ kind }: StorageCall): void => {
      writes += kind === "write" ? 1 : 0;
      if (writes === 2) {
        throw failure;
      }
    };
    await onGroupLog({ bufferBytes: 64, before }, async ({ wal, syncs }) => {
      const answers = new Answers();
      for (const name of ["a", "b", "c", "d", "e", "f"]) {
        answers.watch(name, wal.append(three));
      }
      await turn();
      expect(answers.settled).toEqual(
        ["a", "b", "c", "d", "e", "f"].map((name) => `${name} !poisoned`),
      );
      expect(syncs.seen).toEqual([]);
      await expectRefusals(wal);
    });
  });

  test("of a sync that throws instead of rejecting", async () => {
    await onGroupLog({ before: failSyncs }, async ({ wal }) => {
      await expect(wal.append(three)).rejects.toMatchObject({ code: "poisoned", cause: failure });
      await expectRefusals(wal);
    });
  });

  test("of a sync while close waits: close rejects too, and frees the directory", async () => {
    await onGroupLog({}, async ({ wal, directory, syncs }) => {
      const answers = new Answers();
      answers.watch("append", wal.append(three));
      await turn();
      answers.watch("close", wal.close());
      syncs.release(failure);
      await turn();
      expect(answers.settled).toEqual(["append !poisoned", "close !poisoned"]);
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory, {}, { storage: quickDisk }).close();
    });
  });
});

/** Three callers with three records each, a checkpoint and a truncation, over several segments. */
async function callAll(wal: GroupWal, acknowledged: string[]): Promise<void> {
  const caller = async (name: string): Promise<void> => {
    for (const text of ["1", "2", "longer than the buffer ".repeat(3)]) {
      await wal.append(bytesOf(name + text));
      acknowledged.push(name + text);
    }
  };
  const marker = async (): Promise<void> => {
    await wal.append(bytesOf("m1"));
    await wal.checkpoint();
    await wal.truncateBefore(0);
    await wal.appendBatch([bytesOf("m2"), bytesOf("m3")]);
    acknowledged.push("m2", "m3");
  };
  await Promise.allSettled([caller("a"), caller("b"), caller("c"), marker()]);
}

/** What the log finds after a power cut on a disk of which call `number` failed. */
async function failAt(number: number): Promise<string | undefined> {
  return await inTempDirectoryLater(async (directory) => {
    const disk = new ForgetfulDisk(directory);
    let struck: string | undefined;
    let opened = Number.POSITIVE_INFINITY;
    const tap = tapStorage((call) => {
      if (call.number === opened + number) {
        struck = call.kind;
        if (call.kind === "sync" || call.kind === "syncDataLater") {
          disk.failNextSync();
        } else {
          throw failure;
        }
      }
    }, disk.storage);
    const options = { mode: "group", segmentBytes: 160, bufferBytes: 64 } as const;
    const wal = openWal(directory, options, { storage: tap.storage });
    opened = tap.calls.length;
    const acknowledged: string[] = [];
    await callAll(wal, acknowledged);
    const isPoisoned = await wal.close().then(
      () => false,
      () => true,
    );
    expect(isPoisoned).toBe(struck !== undefined);
    tap.die();
    disk.cutPower();
    const found = [...recover(directory, { storage: disk.storage })];
    const texts = found.map((record) => textOf(record.payload));
    expect(texts).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(texts).size).toBe(texts.length);
    return struck;
  });
}

test("each call of the disk fails once: the log is poisoned, what was acknowledged survives", async () => {
  const kinds = new Set<string>();
  for (let number = 1; ; number += 1) {
    const struck = await failAt(number);
    if (struck === undefined) {
      break;
    }
    kinds.add(struck);
  }
  expect([...kinds].sort()).toEqual([
    "close",
    "open",
    "rename",
    "sync",
    "syncDataLater",
    "syncDirectory",
    "write",
  ]);
});
