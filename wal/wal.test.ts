// What each operation does on the disk in each mode: every storage call, in order.
import { describe, expect, test } from "vitest";
import { appendThrees, changesOf, three } from "./fixtures/disk-changes.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { changes, tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { callUntyped } from "./fixtures/untyped-call.ts";
import { makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import type { SyncMode, WalOptions } from "./options.ts";
import type { Wal } from "./wal.ts";

/** A record with a payload of three bytes. */
const R = 27;

const modes: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

test("opening makes the life durable before it returns: header, file, name, directory", () => {
  inTempDirectory((directory) => {
    const tap = tapStorage(undefined, quickDisk);
    openWal(directory, {}, { storage: tap.storage }).close();
    expect(tap.calls.map((call) => call.kind).slice(0, 3)).toEqual([
      "makeDirectory",
      "lock",
      "list",
    ]);
    expect(changes(tap.calls)).toEqual([
      "syncDirectory",
      "open 001.new create",
      "write 001.new 56@0",
      "sync 001.new",
      "rename 001.new 001",
      "syncDirectory",
    ]);
  });
});

test("a preallocated segment is filled before its one full sync", () => {
  inTempDirectory((directory) => {
    const tap = tapStorage(undefined, quickDisk);
    const options = { segmentBytes: 56 + 2 * 65_536 + 10, preallocate: true };
    openWal(directory, options, { storage: tap.storage }).close();
    expect(changes(tap.calls).slice(2, -2)).toEqual([
      "write 001.new 56@0",
      "write 001.new 65536@56",
      "write 001.new 65536@65592",
      "write 001.new 10@131128",
      "sync 001.new",
    ]);
  });
});

describe("append", () => {
  test("sync: each is written and synced", () => {
    expect(changesOf({ mode: "sync" }, (wal) => appendThrees(wal, 2))).toEqual([
      `write 001 ${R}@56`,
      "syncData 001",
      `write 001 ${R}@83`,
      "syncData 001",
    ]);
  });

  test.each([
    [2, []],
    [3, [`write 001 ${3 * R}@56`, "syncData 001"]],
    [4, [`write 001 ${3 * R}@56`, "syncData 001"]],
    [6, [`write 001 ${3 * R}@56`, "syncData 001", `write 001 ${3 * R}@137`, "syncData 001"]],
  ])("batch of 3: %i appends", (count, expected) => {
    const options: WalOptions = { mode: "batch", batchSyncCount: 3 };
    expect(changesOf(options, (wal) => appendThrees(wal, count))).toEqual(expected);
  });

  test("batch of 1 is sync", () => {
    const options: WalOptions = { mode: "batch", batchSyncCount: 1 };
    expect(changesOf(options, (wal) => appendThrees(wal, 2))).toEqual(
      changesOf({ mode: "sync" }, (wal) => appendThrees(wal, 2)),
    );
  });

  test.each<readonly [string, (wal: Wal) => void]>([
    ["sync", (wal) => wal.sync()],
    ["appendBatch", (wal) => wal.appendBatch([three])],
    ["an empty appendBatch", (wal) => wal.appendBatch([])],
    ["checkpoint", (wal) => wal.checkpoint()],
  ])("batch: N counts from the last barrier, here %s", (_, barrier) => {
    const made = changesOf({ mode: "batch", batchSyncCount: 3 }, (wal, tap) => {
      appendThrees(wal, 2);
      barrier(wal);
      const from = tap.calls.length;
      appendThrees(wal, 2);
      expect(tap.calls.length).toBe(from);
      appendThrees(wal, 1);
    });
    expect(made.filter((call) => call.startsWith("sync")).length).toBe(2);
  });

  test("batch: flush is no barrier", () => {
    expect(
      changesOf({ mode: "batch", batchSyncCount: 3 }, (wal) => {
        appendThrees(wal, 2);
        wal.flush();
        appendThrees(wal, 1);
      }),
    ).toEqual([`write 001 ${2 * R}@56`, `write 001 ${R}@110`, "syncData 001"]);
  });

  test("flush: each is written, none synced", () => {
    expect(changesOf({ mode: "flush" }, (wal) => appendThrees(wal, 2))).toEqual([
      `write 001 ${R}@56`,
      `write 001 ${R}@83`,
    ]);
  });

  test("none: nothing until the buffer is full", () => {
    expect(changesOf({ mode: "none" }, (wal) => appendThrees(wal, 1000))).toEqual([]);
  });
});

describe.each(modes)("a barrier in mode %s", (mode) => {
  test("sync: what is written, then one sync; then there is nothing to sync", () => {
    const made = changesOf({ mode }, (wal) => {
      wal.appendBatch([three]);
      wal.sync();
      wal.sync();
      wal.appendBatch([]);
      wal.flush();
    });
    expect(made).toEqual([`write 001 ${R + 32}@56`, "syncData 001"]);
  });

  test("sync after an append", () => {
    const made = changesOf({ mode }, (wal) => {
      appendThrees(wal, 1);
      wal.sync();
    });
    expect(made).toEqual([`write 001 ${R}@56`, "syncData 001"]);
  });

  test("sync covers what flush has handed to the kernel", () => {
    const made = changesOf({ mode }, (wal) => {
      appendThrees(wal, 1);
      wal.flush();
      wal.sync();
    });
    expect(made).toEqual([`write 001 ${R}@56`, "syncData 001"]);
  });

  test("appendBatch: its records and their COMMIT in one write", () => {
    const made = changesOf({ mode }, (wal) => {
      const lsns = wal.appendBatch([three, bytesOf(""), three]);
      expect(lsns).toEqual([makeLsn(1, 1), makeLsn(1, 2), makeLsn(1, 3)]);
      expect(wal.append(three)).toBe(makeLsn(1, 5));
      wal.sync();
    });
    expect(made.slice(0, 2)).toEqual([`write 001 ${R + 24 + R + 32}@56`, "syncData 001"]);
  });

  test("an empty appendBatch covers the appends before it", () => {
    const made = changesOf({ mode }, (wal) => {
      appendThrees(wal, 1);
      expect(wal.appendBatch([])).toEqual([]);
    });
    expect(made).toEqual([`write 001 ${R}@56`, "syncData 001"]);
  });

  test("checkpoint", () => {
    const made = changesOf({ mode }, (wal) => {
      expect(wal.lastCheckpoint).toBeUndefined();
      expect(wal.checkpoint()).toBe(makeLsn(1, 1));
      expect(wal.lastCheckpoint).toBe(makeLsn(1, 1));
    });
    expect(made).toEqual(["write 001 24@56", "syncData 001"]);
  });

  test("rotation: the old segment is synced before the new one exists", () => {
    const made = changesOf({ mode, segmentBytes: 128 }, (wal) => {
      appendThrees(wal, 2);
      wal.flush();
      appendThrees(wal, 1);
      wal.sync();
    });
    const old = made.indexOf("open 002.new create");
    expect(made.slice(0, old).at(-1)).toBe("syncData 001");
    expect(made.slice(old)).toEqual([
      "open 002.new create",
      "write 002.new 56@0",
      "sync 002.new",
      "rename 002.new 002",
      "syncDirectory",
      `write 002 ${R}@56`,
      "syncData 002",
    ]);
  });
});

/** The changes of a close after one append. */
function closing(mode: SyncMode): string[] {
  return changesOf({ mode }, (wal) => {
    appendThrees(wal, 1);
    wal.close();
  });
}

describe("close", () => {
  test.each([
    ["sync", [`write 001 ${R}@56`, "syncData 001"]],
    ["batch", [`write 001 ${R}@56`, "syncData 001"]],
    ["none", [`write 001 ${R}@56`]],
    ["flush", [`write 001 ${R}@56`]],
  ] as const)("%s", (mode, expected) => {
    expect(closing(mode)).toEqual(expected);
  });

  test.each(modes)("%s, with nothing to write: nothing", (mode) => {
    expect(changesOf({ mode }, (wal) => wal.close())).toEqual([]);
  });

  test("of a closed log does nothing, and every other call is refused", () => {
    inTempDirectory((directory) => {
      const wal = openWal(directory, {}, { storage: quickDisk });
      wal.close();
      wal.close();
      const calls: readonly (() => unknown)[] = [
        () => wal.append(three),
        () => wal.appendBatch([three]),
        () => wal.checkpoint(),
        () => wal.flush(),
        () => wal.sync(),
        () => wal.truncateBefore(0),
      ];
      expect(calls.map(codeOf)).toEqual(calls.map(() => "closed"));
    });
  });
});

describe("refused before anything is written, and the log goes on", () => {
  const options: WalOptions = { recordBytesMax: 3 };

  test("records at the limit are taken, larger ones are not", () => {
    inTempDirectory((directory) => {
      const tap = tapStorage(undefined, quickDisk);
      const wal = openWal(directory, options, { storage: tap.storage });
      wal.append(three);
      const from = tap.calls.length;
      expect(codeOf(() => wal.append(bytesOf("abcd")))).toBe("record-too-large");
      expect(codeOf(() => wal.appendBatch([three, bytesOf("abcd")]))).toBe("record-too-large");
      expect(tap.calls.length).toBe(from);
      expect(wal.append(bytesOf(""))).toBe(makeLsn(1, 2));
      wal.close();
      expect(readBack(directory).texts).toEqual(["abc", ""]);
    });
  });

  test("payloads that are no bytes", () => {
    inTempDirectory((directory) => {
      const wal = openWal(directory, {}, { storage: quickDisk });
      const payloads: readonly unknown[] = ["abc", 1, undefined, null, {}, [1], new ArrayBuffer(2)];
      for (const payload of payloads) {
        expect(codeOf(() => callUntyped(wal, "append", payload))).toBe("bad-argument");
      }
      expect(codeOf(() => callUntyped(wal, "appendBatch", [three, "abc"]))).toBe("bad-argument");
      expect(codeOf(() => callUntyped(wal, "appendBatch", three))).toBe("bad-argument");
      expect(wal.append(three)).toBe(makeLsn(1, 1));
      wal.close();
      expect(readBack(directory).texts).toEqual(["abc"]);
    });
  });

  test("more records than a life has indexes", () => {
    inTempDirectory((directory) => {
      const wal = openWal(directory, {}, { storage: quickDisk });
      const endless: Uint8Array[] = [];
      endless.length = 2 ** 32 - 1;
      expect(codeOf(() => wal.appendBatch(endless))).toBe("exhausted");
      wal.append(three);
      wal.close();
    });
  });
});

test("binary payloads come back as they were, and may be reused after the call", () => {
  inTempDirectory((directory) => {
    const payload = Uint8Array.from({ length: 256 }, (_, at) => at);
    const wal = openWal(directory, { mode: "none" }, { storage: quickDisk });
    wal.append(payload);
    payload.fill(0);
    wal.append(payload.subarray(3, 5));
    wal.append(Buffer.from("0"));
    wal.close();
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at));
    expect(readBack(directory).texts).toEqual([all, "\0\0", "0"]);
  });
});
