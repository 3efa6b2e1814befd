// What a power cut leaves: one test for each assumption of crash-image.ts, by its number.
import { beforeEach, expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { shown } from "./fixtures/crash-listing.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { RecordingDisk } from "./recording-disk.ts";

let waiting: (() => void)[] = [];
let disk = new RecordingDisk();
beforeEach(() => {
  waiting = [];
  disk = new RecordingDisk({ directory: "/s", scheduler: (complete) => waiting.push(complete) });
});

const now = (keep: string): string[] => shown(disk.trace, keep);
const text = (value: string): Uint8Array => Buffer.from(value);
const fill = (value: string, length: number): Uint8Array => Buffer.alloc(length, value);

/** A new file whose name is durable. */
function durableFile(path: string): number {
  const file = disk.open(path, "create");
  disk.syncDirectory("/s");
  return file;
}

test("1: what was there at the start is durable", () => {
  const file = disk.open("/s/log", "create");
  disk.write(file, text("old"), 0);
  disk = RecordingDisk.fromImage(disk.image());
  disk.write(disk.open("/s/log", "write"), text("new"), 0);
  disk.open("/s/other", "create");
  expect(now("floor")).toEqual(["/s/log 3 old"]);
  expect(shown(disk.trace, "newest", -1)).toEqual(["/s/log 3 old"]);
});

test("2: a sector holds one of its versions, with all that was written before", () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  const second = disk.trace.events.length;
  disk.write(file, text("bb"), 2);
  disk.write(file, text("cc"), 4);
  expect(now(`newest; keep file log sector 0x0 as of #${second}`)).toEqual(["/s/log 6 aabb.."]);
  expect(now("newest; lose file log data")).toEqual(["/s/log 6 .*6"]);
});

test("2: what overlaps takes effect in the order of its starts", () => {
  const trace = traceOf([
    { start: { kind: "create", place: { directory: 2, name: "log" }, inode: 3 } },
    { start: { kind: "fsync-directory", inode: 2 }, ended: [0] },
    { ended: [1], start: { kind: "write", inode: 3, offset: 0, bytes: text("aa") } },
    { start: { kind: "write", inode: 3, offset: 1, bytes: text("bb") } },
    // The second write has ended, and the first, which it holds, has not.
    { ended: [3], start: { kind: "fsync", inode: 3 } },
    { ended: [4] },
  ]);
  expect(shown(trace, "floor")).toEqual(["/s/log 3 abb"]);
});

test("3: sectors, size and name are chosen apart", () => {
  const file = disk.open("/s/log", "create");
  disk.write(file, fill("a", 1100), 0);
  expect(now("newest; lose size")).toEqual(["/s/log 0"]);
  expect(now("newest; lose data")).toEqual(["/s/log 1100 .*1100"]);
  expect(now("newest; lose inode 3 sector 0x200")).toEqual(["/s/log 1100 a*512.*512a*76"]);
  expect(now("newest; lose name log")).toEqual([]);
  expect(now("floor; keep names")).toEqual(["/s/log 0"]);
  expect(now("floor; keep inode 2 name log; keep file log size; keep file log sector 0")).toEqual([
    "/s/log 1100 a*512.*588",
  ]);
});

test("4: an operation that has only started may be there, in part, or not", () => {
  const file = durableFile("/s/log");
  disk.write(file, fill("a", 600), 0);
  const at = disk.trace.events.length - 2;
  expect(disk.trace.events[at]?.kind).toBe("start");
  expect(shown(disk.trace, "newest", at)).toEqual(["/s/log 600 a*600"]);
  expect(shown(disk.trace, "newest; lose sector 0x200", at)).toEqual(["/s/log 600 a*512.*88"]);
  expect(shown(disk.trace, "newest", at - 1)).toEqual(["/s/log 0"]);
});

test("5: a sync binds from its end", async () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  const sync = disk.syncDataLater(file);
  expect(now("floor")).toEqual(["/s/log 0"]);
  waiting.shift()?.();
  await sync;
  expect(now("floor")).toEqual(["/s/log 2 aa"]);
});

test("5: a sync covers what had ended before it started, not what came during it", async () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  const sync = disk.syncDataLater(file);
  disk.write(file, text("bb"), 2);
  waiting.shift()?.();
  await sync;
  expect(now("floor")).toEqual(["/s/log 2 aa"]);
  expect(now("newest")).toEqual(["/s/log 4 aabb"]);
});

test("5: a sync does not cover a write that was under way when it started", () => {
  const trace = traceOf([
    { start: { kind: "create", place: { directory: 2, name: "log" }, inode: 3 } },
    { start: { kind: "fsync-directory", inode: 2 }, ended: [0] },
    { ended: [1], start: { kind: "write", inode: 3, offset: 0, bytes: text("aa") } },
    { start: { kind: "fsync", inode: 3 } },
    { ended: [2, 3] },
  ]);
  expect(shown(trace, "floor")).toEqual(["/s/log 0"]);
  expect(shown(trace, "newest")).toEqual(["/s/log 2 aa"]);
});

test("5: of two syncs that overlap, the one that ends last takes nothing back", async () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  const early = disk.syncDataLater(file);
  disk.write(file, text("bb"), 2);
  const late = disk.syncDataLater(file);
  waiting.pop()?.();
  await late;
  expect(now("floor")).toEqual(["/s/log 4 aabb"]);
  waiting.pop()?.();
  await early;
  expect(now("floor")).toEqual(["/s/log 4 aabb"]);
});

test.each(["sync", "syncData"] as const)(
  "6: %s binds data and size, both ways, and no name",
  (sync) => {
    const file = disk.open("/s/log", "create");
    const other = durableFile("/s/other");
    disk.rename("/s/log", "/s/moved");
    disk.write(file, fill("a", 600), 0);
    disk.write(other, text("not synced"), 0);
    disk[sync](file);
    expect(now("floor")).toEqual(["/s/log 600 a*600", "/s/other 0"]);
    disk.truncate(file, 1);
    expect(now("floor; lose size")).toEqual(["/s/log 600 a*600", "/s/other 0"]);
    disk[sync](file);
    expect(now("floor")).toEqual(["/s/log 1 a", "/s/other 0"]);
    disk.truncate(file, 3);
    disk[sync](file);
    expect(now("floor")).toEqual(["/s/log 3 a..", "/s/other 0"]);
  },
);

test("6: a sync binds an allocation, and no sync leaves it open", () => {
  const steps = [
    { start: { kind: "create", place: { directory: 2, name: "log" }, inode: 3 } },
    { ended: [0], start: { kind: "fsync-directory", inode: 2 } },
    { ended: [1], start: { kind: "allocate", inode: 3, offset: 100, length: 50 } },
    { ended: [2], start: { kind: "fdatasync", inode: 3 } },
  ] as const;
  expect(shown(traceOf(steps), "floor")).toEqual(["/s/log 0"]);
  expect(shown(traceOf(steps), "newest")).toEqual(["/s/log 150 .*150"]);
  expect(shown(traceOf([...steps, { ended: [3] }]), "floor")).toEqual(["/s/log 150 .*150"]);
});

test("7: a directory's sync binds additions and removals there, and nothing else", () => {
  const file = disk.open("/s/log", "create");
  disk.write(file, text("aa"), 0);
  expect(now("floor")).toEqual([]);
  disk.syncDirectory("/s");
  expect(now("floor")).toEqual(["/s/log 0"]);
  disk.remove("/s/log");
  expect(now("floor")).toEqual(["/s/log 0"]);
  expect(now("newest")).toEqual([]);
  disk.syncDirectory("/s");
  expect(now("floor")).toEqual([]);
});

test("7: a directory's sync does not bind the directory's own name, nor one below it", () => {
  const trace = traceOf([
    { start: { kind: "mkdir", place: { directory: 2, name: "new" }, inode: 3 } },
    { ended: [0], start: { kind: "create", place: { directory: 3, name: "log" }, inode: 4 } },
    { ended: [1], start: { kind: "fsync-directory", inode: 3 } },
    { ended: [2] },
  ]);
  expect(shown(trace, "floor")).toEqual([]);
  expect(shown(trace, "floor; keep name new")).toEqual(["/s/new/", "/s/new/log 0"]);
  disk.makeDirectory("/s/d");
  disk.open("/s/d/log", "create");
  disk.syncDirectory("/s");
  expect(now("floor")).toEqual(["/s/d/"]);
});

test("8: a rename over a name is one step", () => {
  const old = durableFile("/s/log");
  disk.write(old, text("old"), 0);
  disk.sync(old);
  const next = durableFile("/s/log.new");
  disk.write(next, text("next"), 0);
  disk.sync(next);
  disk.rename("/s/log.new", "/s/log");
  const before = ["/s/log 3 old", "/s/log.new 4 next"];
  expect(now("floor")).toEqual(before);
  expect(now("newest; lose name log")).toEqual(before);
  expect(now("newest; lose name log.new")).toEqual(before);
  expect(now("floor; keep name log")).toEqual(["/s/log 4 next"]);
  disk.open("/s/log.new", "create");
  expect(now("floor; keep name log")).toEqual(["/s/log 4 next"]);
  expect(now("newest; lose name log")).toEqual(before);
  disk.syncDirectory("/s");
  expect(now("floor")).toEqual(["/s/log 4 next", "/s/log.new 0"]);
});

test("8: what binds one name of a rename binds the other, and what either rests on", () => {
  disk.makeDirectory("/s/a");
  disk.makeDirectory("/s/b");
  disk.open("/s/a/log", "create");
  disk.syncDirectory("/s/a");
  disk.rename("/s/a/log", "/s/b/log");
  expect(now("floor")).toEqual(["/s/a/", "/s/a/log 0", "/s/b/"]);
  disk.syncDirectory("/s/b");
  expect(now("floor")).toEqual(["/s/a/", "/s/b/", "/s/b/log 0"]);
  disk.rename("/s/b/log", "/s/log");
  disk.rename("/s/log", "/s/b/again");
  disk.syncDirectory("/s/b");
  disk.open("/s/log", "create");
  expect(now("newest; lose names")).toEqual(["/s/a/", "/s/b/", "/s/b/again 0"]);
});

test("8: a file in a chain of renames has one name in every state", () => {
  durableFile("/s/a");
  disk.rename("/s/a", "/s/b");
  disk.rename("/s/b", "/s/c");
  disk.rename("/s/c", "/s/a");
  for (const name of ["a", "b", "c"]) {
    for (let event = 0; event < disk.trace.events.length; event += 1) {
      expect(now(`floor; keep name ${name} as of #${event}`)).toHaveLength(1);
      expect(now(`newest; keep name ${name} as of #${event}`)).toHaveLength(1);
    }
  }
});

test("8: a rename between two names of one file does nothing", () => {
  const trace = traceOf([
    { start: { kind: "create", place: { directory: 2, name: "a" }, inode: 3 } },
    { ended: [0], start: { kind: "link", place: { directory: 2, name: "b" }, inode: 3 } },
    {
      ended: [1],
      start: {
        kind: "rename",
        from: { directory: 2, name: "a" },
        to: { directory: 2, name: "b" },
        inode: 3,
      },
    },
  ]);
  expect(shown(trace, "newest")).toEqual(["/s/a 0", "/s/b 0"]);
  expect(shown(trace, "newest; lose name a")).toEqual(["/s/b 0"]);
});

test("9: neither a close, nor a kill, nor an acknowledgement makes anything durable", () => {
  const file = disk.open("/s/log", "create");
  disk.write(file, text("aa"), 0);
  disk.close(file);
  disk.mark({ kind: "acknowledged", life: 0, operation: 0, lsns: [] });
  disk.mark({ kind: "crash", life: 0, fault: "kill", point: { during: "idle" } });
  disk.crash();
  disk.mark({ kind: "opened", life: 1 });
  expect(now("floor")).toEqual([]);
  const again = disk.open("/s/log", "write");
  disk.write(again, text("bb"), 2);
  expect(now("newest; keep file log data as of #3")).toEqual(["/s/log 4 aa.."]);
});

test("10: a cut may lose its size or its zeros", () => {
  const file = durableFile("/s/log");
  disk.write(file, fill("a", 1100), 0);
  disk.sync(file);
  disk.truncate(file, 600);
  expect(now("newest")).toEqual(["/s/log 600 a*600"]);
  expect(now("newest; lose size")).toEqual(["/s/log 1100 a*600.*500"]);
  disk.truncate(file, 1100);
  expect(now("newest")).toEqual(["/s/log 1100 a*600.*500"]);
  expect(now("newest; lose sector 0x200")).toEqual(["/s/log 1100 a*1024.*76"]);
  expect(now("floor")).toEqual(["/s/log 1100 a*1100"]);
});

test("11: space that no kept version wrote reads as zeros, or as the base had it", () => {
  const file = durableFile("/s/log");
  disk.write(file, text("far"), 5000);
  expect(now("newest; lose data")).toEqual(["/s/log 5003 .*5003"]);
  disk = RecordingDisk.fromImage(disk.image());
  disk.truncate(disk.open("/s/log", "write"), 0);
  expect(now("newest; lose size; lose data")).toEqual(["/s/log 5003 .*5000far"]);
});

test("12: bytes beyond the size are not seen again when recovery makes the file grow", () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  disk.sync(file);
  disk.write(file, text("bb"), 2);
  const image = crashImage(disk.trace, {
    at: disk.trace.events.length - 1,
    keep: parseCrashChoice("newest; lose size"),
  });
  disk = RecordingDisk.fromImage(image);
  disk.truncate(disk.open("/s/log", "write"), 4);
  expect(now("newest")).toEqual(["/s/log 4 aa.."]);
});

test("14: a write that crosses pages may leave the file with the end of any of them", () => {
  const file = durableFile("/s/log");
  disk.write(file, text("aa"), 0);
  disk.sync(file);
  const first = disk.trace.events.length;
  disk.write(file, fill("b", 9000), 2);
  const sizes = disk.trace.events.map(
    (_, event) => shown(disk.trace, `floor; keep size as of #${event}`)[0]?.split(" ")[1],
  );
  expect([...new Set(sizes.slice(first))]).toEqual(["4096", "8192", "9002"]);
  expect(now("newest")).toEqual(["/s/log 9002 aab*9000"]);
});
