// The recording disk's own behaviour: what a kill leaves, and what it writes down.
import { expect, test } from "vitest";
import { stream } from "../seed.ts";
import { seededScheduler } from "./completion-scheduler.ts";
import { DiskError } from "./disk-error.ts";
import { fileBytes, imageHash, imageNode } from "./image.ts";
import { RecordingDisk } from "./recording-disk.ts";
import { formatTrace } from "./trace-text.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** What a call threw; fails where it did not. */
function thrown(call: () => unknown): DiskError {
  try {
    call();
  } catch (error) {
    if (error instanceof DiskError) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was thrown");
}

function read(disk: RecordingDisk, path: string): string {
  const node = imageNode(disk.image(), path);
  return node?.kind === "file" ? Buffer.from(fileBytes(node)).toString() : "no file";
}

test("a kill takes the open files and the locks, and nothing else", () => {
  const disk = new RecordingDisk({ directory: "/store" });
  const release = disk.lock("/store");
  const file = disk.open("/store/log", "create");
  disk.write(file, bytes("kept"), 0);
  disk.crash();
  expect(thrown(() => disk.size(file)).code).toBe("EBADF");
  expect(read(disk, "/store/log")).toBe("kept");
  disk.lock("/store");
  release();
  expect(thrown(() => disk.lock("/store")).code).toBe("ELOCKED");
});

test("a lock is given once until it is released, and a second release frees nobody else's", () => {
  const disk = new RecordingDisk({ directory: "/store" });
  const release = disk.lock("/store");
  expect(thrown(() => disk.lock("/store")).code).toBe("ELOCKED");
  release();
  disk.lock("/store");
  release();
  expect(thrown(() => disk.lock("/store")).code).toBe("ELOCKED");
});

test("errors have Node's fields", () => {
  const disk = new RecordingDisk({ directory: "/store" });
  expect(thrown(() => disk.open("/store/log", "write"))).toMatchObject({
    code: "ENOENT",
    syscall: "open",
    path: "/store/log",
    message: "ENOENT: no such file or directory, open '/store/log'",
  });
  expect(thrown(() => disk.rename("/store/a", "/store/b"))).toMatchObject({
    syscall: "rename",
    path: "/store/a",
    dest: "/store/b",
  });
});

test("the root can be neither made nor moved, and sizes have bounds", () => {
  const disk = new RecordingDisk();
  const file = disk.open("/log", "create");
  expect(thrown(() => disk.rename("/", "/log")).code).toBe("EBUSY");
  expect(thrown(() => disk.truncate(file, 2 ** 40)).code).toBe("EFBIG");
  expect(thrown(() => disk.write(file, bytes("x"), 2 ** 40)).code).toBe("EFBIG");
  expect(thrown(() => disk.truncate(file, -1)).code).toBe("EINVAL");
  expect(thrown(() => disk.read(file, bytes("x"), 0.5)).code).toBe("EINVAL");
});

test("a file lives while it is open, also without a name", () => {
  const disk = new RecordingDisk();
  const file = disk.open("/log", "create");
  disk.remove("/log");
  disk.write(file, bytes("still here"), 0);
  const buffer = new Uint8Array(5);
  expect(disk.read(file, buffer, 6)).toBe(4);
  expect(Buffer.from(buffer).toString()).toBe("here\0");
  expect(disk.image().inodes.size).toBe(1);
});

test("the trace keeps the bytes as they were, whatever the caller does to its buffer", () => {
  const disk = new RecordingDisk();
  const buffer = Buffer.from("before");
  const file = disk.open("/log", "create");
  disk.write(file, buffer, 0);
  buffer.fill("x");
  expect(formatTrace(disk.trace)).toContain(Buffer.from("before").toString("hex"));
  expect(read(disk, "/log")).toBe("before");
});

test("making a directory that is there syncs its name once more: its maker may have been killed", () => {
  const disk = new RecordingDisk();
  disk.makeDirectory("/store");
  const made = disk.trace.events.length;
  disk.makeDirectory("/store");
  const again = disk.trace.events.slice(made).filter((event) => event.kind === "start");
  expect(again).toMatchObject([{ operation: { kind: "fsync-directory" } }]);
});

test("what changes or syncs is recorded, what fails or only looks is not", () => {
  const disk = new RecordingDisk({ directory: "/store" });
  disk.mark({ kind: "opened", life: 0 });
  disk.makeDirectory("/store/new");
  const file = disk.open("/store/log", "create");
  disk.write(file, bytes("0123456789"), 1024);
  disk.write(file, new Uint8Array(0), 0);
  disk.truncate(file, 1030);
  disk.sync(file);
  disk.list("/store");
  disk.size(file);
  thrown(() => disk.open("/store/log", "create"));
  thrown(() => disk.rename("/store/none", "/store/b"));
  disk.rename("/store/log", "/store/log");
  disk.rename("/store/log", "/store/b");
  disk.syncDirectory("/store");
  disk.remove("/store/b");
  disk.mark({ kind: "acknowledged", life: 0, operation: 0, lsns: [7] });
  expect(formatTrace(disk.trace)).toMatchInlineSnapshot(`
    "#0 opened life 0
    #1 start mkdir inode 3 "new" in inode 2
    #2 end   mkdir inode 3 "new" in inode 2 (from #1)
    #3 start fsync-directory inode 2
    #4 end   fsync-directory inode 2 (from #3)
    #5 start create inode 4 "log" in inode 2
    #6 end   create inode 4 "log" in inode 2 (from #5)
    #7 start write inode 4 [0x400,+10) 3031323334353637...
    #8 end   write inode 4 [0x400,+10) (from #7)
    #9 start truncate inode 4 to 0x406
    #10 end   truncate inode 4 to 0x406 (from #9)
    #11 start fsync inode 4
    #12 end   fsync inode 4 (from #11)
    #13 start rename inode 4 "log" in inode 2 -> "b" in inode 2
    #14 end   rename inode 4 "log" in inode 2 -> "b" in inode 2 (from #13)
    #15 start fsync-directory inode 2
    #16 end   fsync-directory inode 2 (from #15)
    #17 start unlink inode 4 "b" in inode 2
    #18 end   unlink inode 4 "b" in inode 2 (from #17)
    #19 acknowledged operation 0 (LSN 7)"
  `);
});

test("a disk goes on from an image, which it leaves as it was", () => {
  const first = new RecordingDisk({ directory: "/store" });
  first.write(first.open("/store/log", "create"), bytes("one"), 0);
  const image = first.image();
  const hash = imageHash(image);
  const second = RecordingDisk.fromImage(image);
  second.write(second.open("/store/log", "write"), bytes("two"), 3);
  second.open("/store/next", "create");
  expect(read(second, "/store/log")).toBe("onetwo");
  expect(second.trace.events).toHaveLength(4);
  expect(imageHash(image)).toBe(hash);
  expect(read(first, "/store/log")).toBe("one");
});

test("the trace has a limit", () => {
  const disk = new RecordingDisk({ traceLimitBytes: 2_000 });
  const file = disk.open("/log", "create");
  expect(thrown(() => disk.write(file, new Uint8Array(1_500), 0)).code).toBe("trace-full");
});

/** The order in which eight syncs that overlap were done, under a scheduler of this seed. */
async function completionOrder(seed: number): Promise<number[]> {
  const disk = new RecordingDisk({ scheduler: seededScheduler(stream(seed, "completions"), 10) });
  const file = disk.open("/log", "create");
  const order: number[] = [];
  const syncs = Array.from({ length: 8 }, async (_, index) => {
    await disk.syncDataLater(file);
    order.push(index);
  });
  await Promise.all(syncs);
  return order;
}

test("completions are delayed and reordered, the same way for the same seed", async () => {
  const order = await completionOrder(1);
  const requested = [0, 1, 2, 3, 4, 5, 6, 7];
  expect(order).not.toEqual(requested);
  expect(new Set(order)).toEqual(new Set(requested));
  expect(await completionOrder(1)).toEqual(order);
  expect(await completionOrder(2)).not.toEqual(order);
});

test("a later sync ends when the scheduler says so, and never after a kill", async () => {
  const waiting: (() => void)[] = [];
  const disk = new RecordingDisk({ scheduler: (complete) => waiting.push(complete) });
  const file = disk.open("/log", "create");
  const first = disk.syncDataLater(file);
  disk.write(file, bytes("meanwhile"), 0);
  waiting.shift()?.();
  await first;
  expect(disk.trace.events.at(-1)).toEqual({ kind: "end", start: 2 });
  const second = disk.syncDataLater(file);
  const settled: string[] = [];
  second.then(
    () => settled.push("done"),
    () => settled.push("failed"),
  );
  disk.crash();
  waiting.shift()?.();
  await Promise.resolve();
  expect(settled).toEqual([]);
  expect(disk.trace.events.at(-1)).toMatchObject({ kind: "start" });
  await expect(disk.syncDataLater(file)).rejects.toMatchObject({ code: "EBADF" });
});
