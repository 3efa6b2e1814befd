// What a crash choice picks: its bounds, its owners, and choices that name nothing.
import { beforeEach, expect, test } from "vitest";
import { shown } from "./fixtures/crash-listing.ts";
import { RecordingDisk } from "./recording-disk.ts";

let disk = new RecordingDisk();
beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
});

const now = (keep: string): string[] => shown(disk.trace, keep);
const text = (value: string): Uint8Array => Buffer.from(value);

/** A new file whose name is durable. */
function durableFile(path: string): number {
  const file = disk.open(path, "create");
  disk.syncDirectory("/s");
  return file;
}

test("neither keeping nor losing goes below the floor", () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  disk.sync(file);
  disk.write(file, text("bb"), 0);
  expect(now("newest; keep data as of #0; keep names as of #0; keep size as of #0")).toEqual([
    "/s/log 2 aa",
  ]);
});

test("'file' means every inode that ever bore the name", () => {
  const first = durableFile("/s/a");
  disk.rename("/s/a", "/s/b");
  const second = disk.open("/s/a", "create");
  disk.write(first, text("one"), 0);
  disk.write(second, text("two"), 0);
  expect(now("newest; lose file a size")).toEqual(["/s/a 0", "/s/b 0"]);
  expect(now("newest; lose file b size")).toEqual(["/s/a 3 two", "/s/b 0"]);
});

test.each([
  "floor; keep name other",
  "floor; keep file other size",
  "floor; keep inode 9 size",
  "floor; keep inode 2 size",
  "floor; keep inode 3 names",
  "floor; keep inode 3 sector 0x200",
  "floor; keep sector 0x200",
])("a choice that names nothing is refused: %s", (keep) => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  expect(() => now(keep)).toThrow(expect.objectContaining({ code: "bad-choice" }));
});
