// A tape of calls on a real disk, played to a recording disk: the same events, with their times.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeStorage } from "../../wal/index.ts";
import type { Clock } from "../clock.ts";
import type { StoragePort } from "../storage-port.ts";
import { StorageTape } from "./storage-tape.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "ackproof-tape-"));
  mkdirSync(join(base, "store"));
});
afterEach(() => rmSync(base, { recursive: true }));

/** Each reading is a millisecond later. */
function countingClock(): Clock {
  let now = 0;
  const next = (): number => {
    now += 1;
    return now;
  };
  return { monotonicMs: next, wallMs: next };
}

test("each call is an operation with its start and end, and marks stand between", () => {
  const tape = new StorageTape(nodeStorage, base, countingClock());
  const { storage } = tape;
  const file = storage.open("/store/a", "create");
  tape.mark({ kind: "open", life: 0 });
  expect(storage.write(file, Buffer.from("hello"), 0)).toBe(5);
  storage.syncData(file);
  storage.rename("/store/a", "/store/b");
  storage.syncDirectory("/store");
  tape.stop();
  storage.close(file);
  storage.remove("/store/b");

  const { trace, atMs } = tape.play();
  const told = trace.events.map((event) =>
    event.kind === "start" ? event.operation.kind : event.kind,
  );
  expect(told).toEqual(
    "create end mark write end fdatasync end rename end fsync-directory end".split(" "),
  );
  expect(atMs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a write that the disk took in part is recorded in part, and its bytes are its own", () => {
  const short: StoragePort = { ...nodeStorage, write: () => 2 };
  const tape = new StorageTape(short, base, countingClock());
  const file = tape.storage.open("/store/a", "create");
  const bytes = Buffer.from("hello");
  expect(tape.storage.write(file, bytes, 0)).toBe(2);
  bytes.fill(0);
  tape.storage.close(file);
  const write = tape
    .play()
    .trace.events.flatMap((event) =>
      event.kind === "start" && event.operation.kind === "write" ? [event.operation] : [],
    );
  expect(write.map((each) => Buffer.from(each.bytes).toString())).toEqual(["he"]);
});

test("what happens during a later sync lies between its start and its end", async () => {
  const tape = new StorageTape(nodeStorage, base, countingClock());
  const file = tape.storage.open("/store/a", "create");
  const syncing = tape.storage.syncDataLater(file);
  tape.storage.write(file, Buffer.from("meanwhile"), 0);
  await syncing;
  tape.storage.close(file);
  const { trace, atMs } = tape.play();
  const told = trace.events.map((event) =>
    event.kind === "start" ? event.operation.kind : event.kind,
  );
  expect(told).toEqual(["create", "end", "fdatasync", "write", "end", "end"]);
  expect(trace.events.at(-1)).toEqual({ kind: "end", start: 2 });
  expect(atMs).toHaveLength(6);
});

test("what the real disk refuses is thrown, and is not on the tape", () => {
  const tape = new StorageTape(nodeStorage, base, countingClock());
  expect(() => tape.storage.open("/store/a", "read")).toThrow(
    expect.objectContaining({ code: "ENOENT" }),
  );
  expect(tape.play().trace.events).toEqual([]);
});
