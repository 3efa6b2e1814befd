// Syncs that are asked for later on a disk that fails: slow ones, and those of a process that is killed.
import { beforeEach, describe, expect, it, test } from "vitest";
import type { FileId, StoragePort } from "../storage-port.ts";
import { failingDisk } from "./failing-disk.ts";
import { shown } from "./fixtures/crash-listing.ts";
import { parseIoFailure } from "./io-failure.ts";
import { RecordingDisk } from "./recording-disk.ts";

let disk = new RecordingDisk({ directory: "/s" });
let told: string[] = [];

beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
  told = [];
});

function failsAs(text: string): StoragePort {
  return failingDisk(disk, parseIoFailure(text), (each) => told.push(each)).storage;
}

/** A file with 600 durable bytes. */
function durable(storage: StoragePort): FileId {
  const file = storage.open("/s/a", "create");
  storage.write(file, Buffer.alloc(600, "a"), 0);
  storage.sync(file);
  storage.syncDirectory("/s");
  return file;
}

describe("a slow sync", () => {
  it("ends when nothing else is under way: after the syncs and writes that came later", async () => {
    const storage = failsAs("syncData#1:slow");
    const file = durable(storage);
    const order: string[] = [];
    const slow = storage.syncDataLater(file).then(() => order.push("slow"));
    for (let round = 0; round < 5; round += 1) {
      await storage.syncDataLater(file);
      storage.write(file, Buffer.from("b"), round);
      order.push(`round ${round}`);
    }
    await slow;
    expect(order).toEqual([...Array.from({ length: 5 }, (_, n) => `round ${n}`), "slow"]);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 b*4a*596"]);
  });

  it("is no other sync: one that is not asked for later is left alone", () => {
    const storage = failsAs("syncData#1:slow");
    storage.syncData(durable(storage));
    expect(told).toEqual([]);
  });

  it("ends at last, also where the store never rests", async () => {
    const storage = failsAs("syncData#1:slow");
    const file = durable(storage);
    const ended: string[] = [];
    const slow = storage.syncDataLater(file).then(() => ended.push("slow"));
    while (ended.length === 0) {
      storage.truncate(file, 600);
      await Promise.resolve();
    }
    await slow;
  });
});

test("a process that is killed waits for no sync, failed or not", async () => {
  const storage = failsAs("syncData#1:EIO");
  const file = durable(storage);
  const settled: string[] = [];
  storage.syncDataLater(file).then(
    () => settled.push("done"),
    () => settled.push("failed"),
  );
  disk.crash();
  const { length } = disk.trace.events;
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toEqual([]);
  expect(disk.trace.events).toHaveLength(length);
});
