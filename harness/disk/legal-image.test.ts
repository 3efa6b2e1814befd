// The naive judge of crash images: what each rule of a profile lets pass, and what it stops.
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { DiskError } from "./disk-error.ts";
import { whyIllegal } from "./fixtures/legal-image.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import type { DiskImage } from "./image.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

const { posix, ext4, lying } = profiles;
/** Without garbage, which lets any bytes pass. */
const clean: DeviceProfile = { ...posix, neverSynced: ["zeros"] };

let disk = new RecordingDisk();
beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
});

/** Whether this choice among what the disk has seen is legal under the profile. */
function verdict(keep: string, profile: DeviceProfile): string | undefined {
  return verdictOn(left(keep), profile);
}

/** What the choice leaves by the rules of `posix`, whatever another profile would say. */
function left(keep: string): DiskImage {
  const at = disk.trace.events.length - 1;
  return crashImage(disk.trace, { at, keep: parseCrashChoice(keep) });
}

function verdictOn(image: DiskImage, profile: DeviceProfile): string | undefined {
  return whyIllegal(image, { trace: disk.trace, at: disk.trace.events.length - 1, profile });
}

function create(path: string, text: string): number {
  const file = disk.open(path, "create");
  disk.write(file, Buffer.from(text), 0);
  return file;
}

const NO_NAMES = "no legal set of names is that of the disk";

test("names: each for itself in posix, a prefix in ext4", () => {
  create("/s/a", "a");
  create("/s/b", "b");
  expect(verdict("newest; lose name a", clean)).toBeUndefined();
  expect(verdict("newest; lose name a", ext4)).toBe(NO_NAMES);
  expect(verdict("newest; lose name b", ext4)).toBeUndefined();
  expect(verdict("floor", ext4)).toBeUndefined();
});

test("names: a directory's sync binds its own, and in ext4 all before it", () => {
  disk.makeDirectory("/s/d");
  create("/s/a", "a");
  create("/s/d/b", "b");
  disk.syncDirectory("/s/d");
  expect(verdict("floor", clean)).toBeUndefined();
  expect(verdict("floor", ext4)).toBe(NO_NAMES);
  expect(verdict("floor", lying)).toBeUndefined();
  disk.syncDirectory("/s");
  const before = new RecordingDisk({ directory: "/s" }).image();
  expect(verdictOn(before, clean)).toBe(NO_NAMES);
  expect(verdictOn(before, lying)).toBeUndefined();
});

test("names: in ext4 a file's fsync binds them, and its fdatasync only the making of the file", () => {
  const file = create("/s/a", "a");
  disk.syncData(file);
  expect(verdict("floor", clean)).toBeUndefined();
  expect(verdict("floor", ext4)).toBe(NO_NAMES);
  disk.rename("/s/a", "/s/b");
  const unmoved = "newest; keep name a as of #0; lose name b";
  disk.syncData(file);
  expect(verdict(unmoved, ext4)).toBeUndefined();
  disk.sync(file);
  expect(verdict(unmoved, ext4)).toBe(NO_NAMES);
});

test("names: a rename is whole, but where the profile says otherwise", () => {
  create("/s/a", "a");
  disk.syncDirectory("/s");
  disk.rename("/s/a", "/s/b");
  const torn = disk.image();
  const names = new Map([
    ["a", 3],
    ["b", 3],
  ]);
  const both = { inodes: new Map(torn.inodes).set(2, { kind: "directory", names }) };
  expect(verdictOn(torn, clean)).toBeUndefined();
  expect(verdictOn(both, clean)).toBe(NO_NAMES);
  expect(verdictOn(both, { ...clean, renameAtomic: false })).toBeUndefined();
});

test("names: a kill keeps them all", () => {
  create("/s/a", "a");
  expect(verdict("newest", { ...clean, names: "all" })).toBeUndefined();
  expect(verdict("floor", { ...clean, names: "all" })).toBe(NO_NAMES);
});

test("sizes: from the floor on, and any page that a write passed", () => {
  const file = create("/s/a", "a".repeat(100));
  disk.sync(file);
  disk.syncDirectory("/s");
  disk.write(file, Buffer.alloc(10_000, "b"), 100);
  const withSize = (size: number): DiskImage => {
    const smaller = RecordingDisk.fromImage(disk.image());
    smaller.truncate(smaller.open("/s/a", "write"), size);
    return smaller.image();
  };
  for (const size of [100, 4096, 8192, 10_100]) {
    expect(verdictOn(withSize(size), ext4)).toBeUndefined();
  }
  for (const size of [0, 99, 101, 4097, 12_288]) {
    expect(verdictOn(withSize(size), ext4)).toBe(`/s/a: no legal size is ${size}`);
  }
});

test("data: a unit is whole, and apart from the size", () => {
  const file = create("/s/a", "a".repeat(5000));
  disk.sync(file);
  disk.write(file, Buffer.alloc(1000, "b"), 0);
  disk.write(file, Buffer.alloc(2000, "c"), 4500);
  expect(verdict("newest; lose size", ext4)).toBeUndefined();
  expect(verdict("newest; lose data", ext4)).toBeUndefined();
  expect(verdict("newest; lose sector 0x200", clean)).toBeUndefined();
  expect(verdict("newest; lose sector 0x200", ext4)).toBe(
    "/s/a: no legal version is what lies at 0",
  );
});

test("data: what was never synced may be anything in posix, and nothing in ext4", () => {
  const file = create("/s/a", "abc");
  disk.syncDirectory("/s");
  const other = RecordingDisk.fromImage(disk.image());
  other.write(other.open("/s/a", "write"), Buffer.from("?"), 1);
  const wrong = "/s/a: no legal version is what lies at 0";
  expect(verdictOn(other.image(), posix)).toBeUndefined();
  expect(verdictOn(other.image(), ext4)).toBe(wrong);
  disk.sync(file);
  expect(verdictOn(other.image(), posix)).toBe(wrong);
});

const clause = fc
  .tuple(
    fc.constantFrom("keep", "lose"),
    fc.constantFrom("names", "size", "data", "sector 0x0", "sector 0x200", "name a", "name d"),
    fc.option(fc.nat({ max: 40 })),
  )
  .map(([verb, part, event]) =>
    verb === "keep" && event !== null ? `keep ${part} as of #${event}` : `${verb} ${part}`,
  );

test("every disk that the model leaves is legal, and no longer with a byte that nobody wrote", () => {
  let changed = 0;
  const choices = fc.tuple(fc.constantFrom("floor", "newest"), fc.array(clause, { maxLength: 6 }));
  fc.assert(
    fc.property(portProgram, choices, fc.nat(), (program, [base, clauses], drawn) => {
      disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program.slice(0, 20), disk, PROGRAM_DIRECTORY);
      const { trace } = disk;
      const at = trace.events.length - 1;
      const known = clauses.filter((text) => !/name|sector/.test(text) || isKnown(text));
      const image = left([base, ...known].join("; "));
      expect(whyIllegal(image, { trace, at, profile: clean })).toBeUndefined();
      const altered = withChangedByte(image, drawn);
      if (altered !== undefined) {
        changed += 1;
        expect(whyIllegal(altered, { trace, at, profile: clean })).toMatch(/no legal version/);
      }
    }),
    { numRuns: 150 },
  );
  expect(changed).toBeGreaterThan(30);
});

/** A clause may name only what is there. */
function isKnown(text: string): boolean {
  try {
    left(`floor; ${text}`);
    return true;
  } catch (error) {
    if (error instanceof DiskError) {
      return false;
    }
    throw error;
  }
}

/** With one byte of one file made what no program of the test writes there. */
function withChangedByte(image: DiskImage, drawn: number): DiskImage | undefined {
  const files = [...image.inodes].flatMap(([inode, node]) =>
    node.kind === "file" && node.size > 0 ? [{ inode, node }] : [],
  );
  const chosen = files[drawn % files.length];
  if (chosen === undefined) {
    return undefined;
  }
  const { inode, node } = chosen;
  const position = drawn % node.size;
  const index = Math.floor(position / 512);
  if (node.size - index * 512 < 2) {
    // One byte alone may well be what another version has there.
    return undefined;
  }
  const sector = new Uint8Array(node.sectors.get(index) ?? new Uint8Array(512));
  sector[position % 512] = (sector[position % 512] ?? 0) ^ 0x55;
  const sectors = new Map(node.sectors).set(index, sector);
  return { inodes: new Map(image.inodes).set(inode, { ...node, sectors }) };
}
