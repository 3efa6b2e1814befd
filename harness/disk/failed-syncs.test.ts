// What a power cut leaves after a sync that failed: by hand, with the exact set of legal disks.
//
// The three caches are those measured in Rebello et al., "Can Applications Recover from fsync
// Failures?", USENIX ATC 2020: ext4 and XFS keep, Btrfs reverts, ext4 with data=journal tells late.
import { describe, expect, it, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { CrashSpace } from "./crash-space.ts";
import type { DiskEvent, DiskOperation, DiskTrace, SyncFailure } from "./disk-trace.ts";
import { versionsAfter } from "./disk-versions.ts";
import { failingDisk } from "./failing-disk.ts";
import { listed } from "./fixtures/crash-listing.ts";
import { emptyImage } from "./image.ts";
import { parseIoFailure } from "./io-failure.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";
import { formatTrace } from "./trace-text.ts";

const PLAIN: DeviceProfile = { ...profiles.posix, neverSynced: ["zeros"] };
const ALL = { seed: 1, statesMax: 10_000, exhaustiveMax: 10_000 };

/** Every disk that a power cut at the end may leave. */
function disks(trace: DiskTrace, profile = PLAIN): readonly string[] {
  const at = trace.events.length - 1;
  const visits = new CrashSpace(trace, profile).visit({ ...ALL, from: at, to: at });
  const texts = Array.from(visits, (visit) => listed(visit.image()).join(", "));
  return [...new Set(texts)].sort();
}

/** Operations of the file `/s/a`, inode 3, one after the other; a sync with a cache fails. */
type Step = DiskOperation | { readonly fails: SyncFailure["cache"]; readonly sync: DiskOperation };

const SYNC = { kind: "fdatasync", inode: 3 } as const;
const fails = (cache: SyncFailure["cache"], sync: DiskOperation = SYNC): Step => ({
  fails: cache,
  sync,
});
const write = (offset: number, text: string, length = 512): DiskOperation => ({
  kind: "write",
  inode: 3,
  offset,
  bytes: Buffer.alloc(length, text),
});

const MADE: readonly Step[] = [
  { kind: "create", place: { directory: 2, name: "a" }, inode: 3 },
  { kind: "fsync-directory", inode: 2 },
];

function traceOf(...steps: readonly Step[]): DiskTrace {
  const events = [...MADE, ...steps].flatMap((step, index): DiskEvent[] => {
    const start = 2 * index;
    return "kind" in step
      ? [
          { kind: "start", operation: step },
          { kind: "end", start },
        ]
      : [
          { kind: "start", operation: step.sync },
          { kind: "end", start, failed: { code: "EIO", cache: step.fails } },
        ];
  });
  return { base: emptyImage("/s"), events };
}

const OLD = [write(0, "a"), SYNC, write(0, "b")];

describe("kept (ext4, XFS): what the failed sync covered stays optional", () => {
  it("for ever, however often the file is synced", () => {
    const both = ["/s/a 512 a*512", "/s/a 512 b*512"];
    expect(disks(traceOf(...OLD, fails("kept")))).toEqual(both);
    expect(disks(traceOf(...OLD, fails("kept"), SYNC, { ...SYNC, kind: "fsync" }))).toEqual(both);
  });

  it("while other pages are written and synced", () => {
    expect(disks(traceOf(...OLD, fails("kept"), write(4096, "c"), SYNC))).toEqual([
      "/s/a 4608 a*512.*3584c*512",
      "/s/a 4608 b*512.*3584c*512",
    ]);
  });

  it("until the page is written again, in whichever sector: then all of the page is bound", () => {
    expect(disks(traceOf(...OLD, fails("kept"), write(512, "c"), SYNC))).toEqual([
      "/s/a 1024 b*512c*512",
    ]);
  });

  it("and writing the page again binds nothing before a sync", () => {
    expect(disks(traceOf(...OLD, fails("kept"), SYNC, write(1, "c", 1)))).toEqual([
      "/s/a 512 a*512",
      "/s/a 512 b*512",
      "/s/a 512 bcb*510",
    ]);
  });

  it("also its size, until the file is changed", () => {
    const grown = [write(0, "a"), SYNC, write(512, "b"), fails("kept"), SYNC];
    expect(disks(traceOf(...grown))).toEqual([
      "/s/a 1024 a*512.*512",
      "/s/a 1024 a*512b*512",
      "/s/a 512 a*512",
    ]);
    expect(disks(traceOf(...grown, write(8192, "c"), SYNC))).toEqual([
      "/s/a 8704 a*512.*7680c*512",
      "/s/a 8704 a*512b*512.*7168c*512",
    ]);
  });

  it("also where the page is cut or made zero: that writes it again", () => {
    for (const kind of ["truncate", "zero"] as const) {
      const change: DiskOperation =
        kind === "zero"
          ? { kind, inode: 3, offset: 256, length: 256 }
          : { kind, inode: 3, size: 256 };
      const found = disks(traceOf(...OLD, fails("kept"), change, SYNC));
      expect(found).toEqual([kind === "zero" ? "/s/a 512 b*256.*256" : "/s/a 256 b*256"]);
    }
  });

  it("with a range: the pages that it touches, and no others", () => {
    const range = { offset: 0, length: 1 };
    const steps = [write(0, "a"), write(512, "b"), write(4096, "c")];
    // By size: none, the first sector, both, and both with the second page, which is bound.
    expect(disks(traceOf(...steps, fails("kept", { ...SYNC, range }), SYNC))).toHaveLength(
      1 + 2 + 4 + 4,
    );
    const twice = disks(
      traceOf(...steps, fails("kept", { ...SYNC, range }), write(4096, "d"), SYNC),
    );
    expect(twice).toEqual(["..", ".b", "a.", "ab"].map((kept) => `/s/a 4608 ${runs(kept)}d*512`));
  });
});

/** Two sectors and the rest of their page. */
function runs([first = ".", second = "."]: string): string {
  const text = first.repeat(512) + second.repeat(512) + ".".repeat(3072);
  return text.replaceAll(/(.)\1{3,}/g, (run) => `${run[0] ?? ""}*${run.length}`);
}

describe("reverted (Btrfs): what the failed sync covered is gone for good", () => {
  it("reads as what is durable, and a later write of the page goes on from that", () => {
    expect(disks(traceOf(...OLD, fails("reverted")))).toEqual(["/s/a 512 a*512"]);
    expect(disks(traceOf(...OLD, fails("reverted"), write(1, "c", 1), SYNC))).toEqual([
      "/s/a 512 aca*510",
    ]);
  });

  it("but the size, which stays: space that was never durable reads as zeros", () => {
    const grown = [write(0, "a"), SYNC, write(512, "b"), fails("reverted")];
    expect(disks(traceOf(...grown, SYNC))).toEqual(["/s/a 1024 a*512.*512", "/s/a 512 a*512"]);
    expect(disks(traceOf(...grown, write(4096, "c"), SYNC))).toEqual([
      "/s/a 4608 a*512.*3584c*512",
    ]);
  });

  it("but pages that another sync had left clean: this one did not try to write them", () => {
    expect(disks(traceOf(...OLD, fails("kept"), fails("reverted")))).toEqual([
      "/s/a 512 a*512",
      "/s/a 512 b*512",
    ]);
  });

  it("but a page of which the file was cut: no more of it is in the cache than the file's size", () => {
    const cut: DiskOperation = { kind: "truncate", inode: 3, size: 100 };
    expect(disks(traceOf(write(0, "a"), SYNC, cut, fails("reverted"), SYNC))).toEqual([
      "/s/a 100 a*100",
      "/s/a 512 a*100.*412",
      "/s/a 512 a*512",
    ]);
  });

  it("also for a killed process, whose disk holds what the page cache has", () => {
    const trace = traceOf(...OLD, fails("reverted"));
    expect(disks(trace, profiles.kill)).toEqual(["/s/a 512 a*512"]);
    expect(disks(traceOf(...OLD, fails("kept")), profiles.kill)).toEqual(["/s/a 512 b*512"]);
  });
});

it("late (ext4, data=journal): a success that is none, and then an error, leave all of it optional", () => {
  const disk = new RecordingDisk({ directory: "/s" });
  const failure = parseIoFailure("syncData#2:EIO,late");
  const { storage } = failingDisk(disk, failure, () => undefined);
  const file = storage.open("/s/a", "create");
  storage.syncDirectory("/s");
  storage.write(file, Buffer.alloc(512, "a"), 0);
  storage.syncData(file);
  storage.write(file, Buffer.alloc(512, "b"), 0);
  storage.syncData(file);
  storage.write(file, Buffer.alloc(512, "c"), 4096);
  expect(() => storage.syncData(file)).toThrow(expect.objectContaining({ code: "EIO" }));
  const reopened = storage.open("/s/a", "write");
  storage.write(reopened, Buffer.alloc(512, "d"), 8192);
  storage.syncData(reopened);
  expect(disks(disk.trace)).toEqual([
    "/s/a 8704 a*512.*3584c*512.*3584d*512",
    "/s/a 8704 a*512.*7680d*512",
    "/s/a 8704 b*512.*3584c*512.*3584d*512",
    "/s/a 8704 b*512.*7680d*512",
  ]);
});

describe("reopened after a failed sync, written on, synced, then a power cut", () => {
  it.each([
    ["kept", ["a*512.*3584c*512", "b*512.*3584c*512"]],
    ["reverted", ["a*512.*3584c*512"]],
  ] as const)("%s", (cache, expected) => {
    const disk = new RecordingDisk({ directory: "/s" });
    const failure = parseIoFailure(`sync#2:EIO${cache === "kept" ? "" : ",reverted"}`);
    const failing = failingDisk(disk, failure, () => undefined);
    const { storage } = failing;
    const file = storage.open("/s/a", "create");
    storage.syncDirectory("/s");
    storage.write(file, Buffer.alloc(512, "a"), 0);
    storage.sync(file);
    storage.write(file, Buffer.alloc(512, "b"), 0);
    expect(() => storage.sync(file)).toThrow(expect.objectContaining({ code: "EIO" }));
    storage.close(file);
    failing.mend();
    const reopened = storage.open("/s/a", "write");
    const found = Buffer.alloc(512);
    storage.read(reopened, found, 0);
    expect(found.toString()).toBe((cache === "kept" ? "b" : "a").repeat(512));
    storage.write(reopened, Buffer.alloc(512, "c"), 4096);
    storage.sync(reopened);
    expect(disks(disk.trace)).toEqual(expected.map((text) => `/s/a 4608 ${text}`));
  });
});

const started = (operation: DiskOperation): DiskEvent => ({ kind: "start", operation });
const end = (start: number): DiskEvent => ({ kind: "end", start });

/** The file is made, its name synced, and 512 bytes are written; that is events 0 to 5. */
function after(...rest: readonly DiskEvent[]): DiskTrace {
  const { base, events } = traceOf(write(0, "a"));
  return { base, events: [...events, ...rest] };
}

describe("syncs that overlap", () => {
  const failed = { code: "EIO", cache: "kept" } as const;

  it("with one that fails: a success that is told afterwards binds nothing that it left", () => {
    const both = ["/s/a 0", "/s/a 512 .*512", "/s/a 512 a*512"];
    const trace = after(started(SYNC), started(SYNC), { kind: "end", start: 6, failed }, end(7));
    expect(disks(trace)).toEqual(both);
  });

  it("with one that fails: a success that was told before binds as ever", () => {
    const trace = after(started(SYNC), started(SYNC), end(7), { kind: "end", start: 6, failed });
    expect(disks(trace)).toEqual(["/s/a 512 a*512"]);
  });

  it("with a write: until that has ended, its page may still be clean", () => {
    const trace = after(
      started(SYNC),
      { kind: "end", start: 6, failed },
      started(write(512, "b")),
      started(SYNC),
      end(9),
    );
    // By size: none, the first sector, both.
    expect(disks(trace)).toHaveLength(1 + 2 + 4);
  });

  it("a write during a failed sync may have been clean by its end", () => {
    const trace = after(
      started(SYNC),
      started(write(0, "b")),
      end(7),
      { kind: "end", start: 6, failed },
      started(SYNC),
      end(10),
    );
    expect(disks(trace)).toEqual(["/s/a 0", "/s/a 512 .*512", "/s/a 512 a*512", "/s/a 512 b*512"]);
  });
});

test("names: a failed sync of their directory binds none, a later one all, under each profile", () => {
  const create: Step = { kind: "create", place: { directory: 2, name: "b" }, inode: 4 };
  const directory: DiskOperation = { kind: "fsync-directory", inode: 2 };
  for (const profile of [PLAIN, profiles.ext4]) {
    const lost = traceOf(create, fails("kept", directory));
    expect(disks(lost, profile)).toEqual(["/s/a 0", "/s/a 0, /s/b 0"]);
    expect(disks(traceOf(create, fails("kept", directory), directory), profile)).toEqual([
      "/s/a 0, /s/b 0",
    ]);
  }
  // On ext4 a file's sync that fails carries no name along, and one that succeeds does.
  const own: DiskOperation = { kind: "fsync", inode: 4 };
  expect(disks(traceOf(create, fails("kept", own)), profiles.ext4)).toHaveLength(2);
  expect(disks(traceOf(create, fails("kept", own), own), profiles.ext4)).toHaveLength(1);
});

test("a device that lies binds nothing, and takes nothing back that was on its disk", () => {
  const lying = { ...profiles.lying, neverSynced: ["zeros"] } as const;
  expect(disks(traceOf(...OLD, fails("reverted")), lying)).toEqual(
    expect.arrayContaining(["/s/a 0", "/s/a 512 a*512", "/s/a 512 b*512"]),
  );
});

const garbage = (trace: DiskTrace): unknown =>
  crashImage(trace, {
    at: trace.events.length - 1,
    keep: parseCrashChoice("newest; garbage inode 3 sector 0x0 seed 1"),
  });

describe("space that was never synced", () => {
  it("may hold anything where its only sync failed, however often it is synced again", () => {
    expect(garbage(traceOf(write(0, "a"), fails("kept"), SYNC))).toBeDefined();
  });

  it("holds no garbage once a sync bound it, or where it was taken back to a hole", () => {
    const refused = expect.objectContaining({ code: "bad-choice" });
    expect(() => garbage(traceOf(write(0, "a"), fails("kept"), write(0, "b"), SYNC))).toThrow(
      refused,
    );
    expect(() => garbage(traceOf(write(0, "a"), fails("reverted")))).toThrow(refused);
  });
});

test("space that was reserved: a failed sync leaves the size open, until something is written and synced", () => {
  const reserve: DiskOperation = { kind: "allocate", inode: 3, offset: 0, length: 8192 };
  expect(disks(traceOf(reserve, fails("kept"), SYNC))).toEqual(["/s/a 0", "/s/a 8192 .*8192"]);
  expect(disks(traceOf(reserve, fails("kept"), write(0, "a"), SYNC))).toEqual([
    "/s/a 8192 a*512.*7680",
  ]);
});

test("a trace that is printed tells how a sync failed", () => {
  const lines = formatTrace(traceOf(...OLD, fails("reverted"))).split("\n");
  expect(lines.at(-1)).toBe('#11 end   fdatasync inode 3 failed: "EIO", cache reverted (from #10)');
});

test("what changes something either did it or was never started: only syncs fail in a trace", () => {
  const trace = traceOf({ fails: "kept", sync: write(0, "a") });
  expect(() => versionsAfter(trace, trace.events.length - 1)).toThrow(
    expect.objectContaining({ code: "bad-trace" }),
  );
});
