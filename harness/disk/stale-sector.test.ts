// Stale bytes in sectors that were never synced: assumption 13 of crash-image.ts, and each refusal.
import { beforeEach, expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { shown } from "./fixtures/crash-listing.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** `/s/log` has one synced sector and two that are not; `/s/old`, inode 3, was synced and removed. */
let disk = new RecordingDisk();
let log = 0;
beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
  const old = durableFile("/s/old", fill("o", 1200));
  disk.sync(old);
  log = durableFile("/s/log", fill("a", 512));
  disk.sync(log);
  disk.remove("/s/old");
  disk.write(log, fill("b", 900), 512);
});

const now = (keep: string): string[] => shown(disk.trace, keep);
const fill = (value: string, length: number): Uint8Array => Buffer.alloc(length, value);
const STALE = "stale file log sector 0x200 from file old";

function durableFile(path: string, bytes: Uint8Array): number {
  const file = disk.open(path, "create");
  disk.syncDirectory("/s");
  disk.write(file, bytes, 0);
  return file;
}

function expectRefused(keep: string): void {
  expect(() => now(keep), keep).toThrow(expect.objectContaining({ code: "bad-choice" }));
}

test("13: a sector never synced may hold what another file has there, removed or not", () => {
  expect(now(`newest; ${STALE}`)).toEqual(["/s/log 1412 a*512o*512b*388"]);
  expect(now("newest; stale inode 4 sector 0x400 from inode 3")).toEqual([
    "/s/log 1412 a*512b*512o*176.*212",
  ]);
  expect(now(`floor; keep size; ${STALE}`)).toEqual([
    "/s/log 1412 a*512o*512.*388",
    "/s/old 1200 o*1200",
  ]);
});

test("13: it is the source's newest bytes, synced or not", () => {
  const next = durableFile("/s/next", fill("m", 1024));
  disk.sync(next);
  disk.write(next, fill("n", 512), 512);
  expect(now("floor; keep file log size; stale file log sector 0x200 from file next")).toContain(
    "/s/log 1412 a*512n*512.*388",
  );
});

test("13: bytes beyond the file's size are not seen", () => {
  const at = disk.trace.events.length;
  disk.write(log, fill("b", 100), 1500);
  expect(
    now(`newest; keep size as of #${at - 1}; stale inode 4 sector 0x400 from inode 3`),
  ).toEqual(["/s/log 1412 a*512b*512o*176.*212"]);
  disk.truncate(log, 600);
  expect(now(`newest; ${STALE}`)).toEqual(["/s/log 600 a*512o*88"]);
});

test("a later clause goes over an earlier one", () => {
  expect(now(`newest; lose data; ${STALE}`)).toEqual(["/s/log 1412 a*512o*512.*388"]);
  expect(now(`newest; ${STALE}; lose data`)).toEqual(["/s/log 1412 a*512.*900"]);
  expect(now(`newest; ${STALE}; keep sector 0x200`)).toEqual(["/s/log 1412 a*512b*900"]);
});

test("refused: a sector of which a sync has bound a version", () => {
  expectRefused("newest; stale file log sector 0x0 from file old");
  disk.sync(log);
  expectRefused(`newest; ${STALE}`);
  // Neither new bytes nor a cut undo that.
  disk.write(log, fill("c", 900), 512);
  expectRefused(`newest; ${STALE}`);
  disk.truncate(log, 0);
  disk.sync(log);
  disk.write(log, fill("d", 900), 512);
  expectRefused(`newest; ${STALE}`);
});

test("refused: a sector that a synced size reaches into, though nothing was written there", () => {
  const sparse = durableFile("/s/sparse", fill("s", 1));
  disk.truncate(sparse, 700);
  disk.sync(sparse);
  disk.write(sparse, fill("t", 1400), 0);
  expectRefused("newest; stale file sparse sector 0x200 from file old");
  expect(now("newest; stale file sparse sector 0x400 from file old")).toContain(
    "/s/sparse 1400 t*1024o*176.*200",
  );
});

test("refused: a sector of space that was allocated and synced", () => {
  const place = { directory: 2, name: "old" };
  const steps = [
    { start: { kind: "create", place, inode: 3 } },
    { ended: [0], start: { kind: "write", inode: 3, offset: 0, bytes: fill("o", 1024) } },
    { ended: [1], start: { kind: "create", place: { ...place, name: "log" }, inode: 4 } },
    { ended: [2], start: { kind: "allocate", inode: 4, offset: 0, length: 1024 } },
    { ended: [3], start: { kind: "fdatasync", inode: 4 } },
    { start: { kind: "write", inode: 4, offset: 0, bytes: fill("a", 1024) } },
  ] as const;
  expect(shown(traceOf(steps), `newest; ${STALE}`)).toContain("/s/log 1024 a*512o*512");
  const synced = traceOf([...steps, { ended: [4] }]);
  expect(() => shown(synced, `newest; ${STALE}`)).toThrow(
    expect.objectContaining({ code: "bad-choice" }),
  );
});

test("refused: a sector where the base had something", () => {
  disk = RecordingDisk.fromImage(disk.image());
  durableFile("/s/next", fill("n", 1024));
  const again = disk.open("/s/log", "write");
  disk.truncate(again, 0);
  expectRefused("newest; lose size; stale file log sector 0x200 from file next");
  disk.write(again, fill("c", 1024), 0);
  expectRefused("newest; stale file log sector 0x200 from file next");
});

test("refused: a sector that was not written by then, or of no file", () => {
  disk.truncate(log, 4096);
  expectRefused("newest; stale file log sector 0x600 from file log");
  for (const owner of ["file other", "inode 9", "inode 2"]) {
    expectRefused(`newest; stale ${owner} sector 0x200 from file old`);
  }
});

test("refused: a source that has no such sector", () => {
  disk.write(log, fill("c", 2000), 0);
  expectRefused("newest; stale file log sector 0x600 from file old");
  for (const source of ["file other", "inode 9", "inode 2"]) {
    expectRefused(`newest; stale file log sector 0x200 from ${source}`);
  }
});

test("refused: a source that was cut before the sector", () => {
  const next = durableFile("/s/next", fill("n", 1024));
  const keep = "newest; stale file log sector 0x200 from file next";
  expect(now(keep)).toContain("/s/log 1412 a*512n*512b*388");
  disk.truncate(next, 512);
  expectRefused(keep);
});

test("refused: a name for several sources that differ there, and not if they are the same", () => {
  durableFile("/s/old", fill("o", 1024));
  expect(now(`newest; ${STALE}`)).toContain("/s/log 1412 a*512o*512b*388");
  disk.remove("/s/old");
  durableFile("/s/old", fill("p", 600));
  expectRefused(`newest; ${STALE}`);
  expect(now("newest; stale file log sector 0x200 from inode 3")).toContain(
    "/s/log 1412 a*512o*512b*388",
  );
});

test("refused: a name for several files of which one was synced there, and not if none was", () => {
  disk.rename("/s/log", "/s/first");
  const second = durableFile("/s/log", fill("c", 1024));
  expect(now(`newest; ${STALE}`)).toEqual([
    "/s/first 1412 a*512o*512b*388",
    "/s/log 1024 c*512o*512",
  ]);
  disk.sync(second);
  expectRefused(`newest; ${STALE}`);
});

test("refused: a sector behind the file's surviving size, whichever clause sets it", () => {
  expectRefused(`floor; ${STALE}`);
  expectRefused(`newest; lose size; ${STALE}`);
  expectRefused(`newest; ${STALE}; lose size`);
});

test.each(["garbage file log sector 0x200 seed 1", STALE])(
  "refused: under a profile whose fresh space reads as zeros: %s",
  (clause) => {
    const at = disk.trace.events.length - 1;
    const keep = parseCrashChoice(`newest; ${clause}`);
    expect(crashImage(disk.trace, { at, keep, profile: profiles.posix }).inodes.size).toBe(3);
    for (const profile of [profiles.ext4, profiles.kill]) {
      expect(() => crashImage(disk.trace, { at, keep, profile })).toThrow(
        expect.objectContaining({ code: "bad-choice" }),
      );
    }
  },
);
