// What an fdatasync covers under a profile on which it leaves out space that was only reserved.
import { beforeEach, expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { imageEntries } from "./image.ts";
import { profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

let disk = new RecordingDisk();
let file = 0;
beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
  file = disk.open("/s/log", "create");
  disk.syncDirectory("/s");
  disk.write(file, Buffer.alloc(100, "a"), 0);
});

/** The least size of the file that a power cut now leaves. */
function floorSize(name: keyof typeof profiles, trace: DiskTrace = disk.trace): number {
  const at = trace.events.length - 1;
  const image = crashImage(trace, { at, keep: parseCrashChoice("floor"), profile: profiles[name] });
  const sizes = Array.from(imageEntries(image), ({ node }) =>
    node.kind === "file" ? node.size : 0,
  );
  return Math.max(...sizes);
}

test("a longer ftruncate is bound by fsync alone, and by fdatasync in every other profile", () => {
  disk.truncate(file, 4096);
  disk.write(file, Buffer.alloc(100, "b"), 100);
  disk.syncData(file);
  expect(floorSize("posix")).toBe(4096);
  // What was written before the space was reserved is bound, and what was written into it is lost.
  expect(floorSize("lazy-fdatasync")).toBe(100);
  disk.sync(file);
  expect(floorSize("lazy-fdatasync")).toBe(4096);
});

test("a write behind reserved space makes its size one that fdatasync binds", () => {
  disk.truncate(file, 4096);
  disk.write(file, Buffer.alloc(100, "b"), 4096);
  disk.syncData(file);
  expect(floorSize("lazy-fdatasync")).toBe(4196);
});

test("a cut is bound by fdatasync", () => {
  disk.sync(file);
  disk.truncate(file, 50);
  disk.syncData(file);
  disk.write(file, Buffer.alloc(100, "b"), 50);
  expect(floorSize("lazy-fdatasync")).toBe(50);
});

test("fallocate is as a longer ftruncate", () => {
  const trace = traceOf([
    { start: { kind: "create", place: { directory: 2, name: "log" }, inode: 3 } },
    { ended: [0], start: { kind: "fsync-directory", inode: 2 } },
    { ended: [1], start: { kind: "allocate", inode: 3, offset: 0, length: 1024 } },
    { ended: [2], start: { kind: "fdatasync", inode: 3 } },
    { ended: [3] },
  ]);
  expect(floorSize("posix", trace)).toBe(1024);
  expect(floorSize("lazy-fdatasync", trace)).toBe(0);
});

test("a write that is under way when the fdatasync starts is not covered, be it below reserved space", () => {
  const trace = traceOf([
    { start: { kind: "create", place: { directory: 2, name: "log" }, inode: 3 } },
    { ended: [0], start: { kind: "fsync-directory", inode: 2 } },
    { ended: [1], start: { kind: "write", inode: 3, offset: 0, bytes: Buffer.alloc(1, "a") } },
    { start: { kind: "allocate", inode: 3, offset: 0, length: 1024 } },
    { ended: [3], start: { kind: "fdatasync", inode: 3 } },
    { ended: [2, 4] },
  ]);
  expect(floorSize("posix", trace)).toBe(1024);
  expect(floorSize("lazy-fdatasync", trace)).toBe(0);
});
