// What a profile keeps together: choices that part it are refused, and what is left is always legal.
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { DiskError } from "./disk-error.ts";
import { whyIllegal } from "./fixtures/legal-image.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { type DiskImage, sameImage } from "./image.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

const { posix, ext4, kill } = profiles;

let disk = new RecordingDisk();
beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
});

function left(keep: string, profile: DeviceProfile): DiskImage | string {
  const at = disk.trace.events.length - 1;
  try {
    return crashImage(disk.trace, { at, keep: parseCrashChoice(keep), profile });
  } catch (error) {
    if (error instanceof DiskError) {
      return error.code;
    }
    throw error;
  }
}

function create(path: string, bytes: number): number {
  const file = disk.open(path, "create");
  disk.write(file, Buffer.alloc(bytes, "a"), 0);
  return file;
}

describe("ext4", () => {
  test("names: a later one does not survive an earlier one", () => {
    create("/s/a", 1);
    create("/s/b", 1);
    expect(left("newest; lose name a", ext4)).toBe("bad-choice");
    expect(left("floor; keep name b", ext4)).toBe("bad-choice");
    expect(left("newest; lose name b", ext4)).toBeTypeOf("object");
    expect(left("newest; lose names", ext4)).toBeTypeOf("object");
    expect(left("newest; lose name a", posix)).toBeTypeOf("object");
  });

  test("a page is one version, and pages and sizes are apart", () => {
    disk.sync(create("/s/a", 4500));
    disk.write(disk.open("/s/a", "write"), Buffer.alloc(4500, "b"), 0);
    expect(left("newest; lose sector 0x200", ext4)).toBe("bad-choice");
    expect(left("newest; lose sector 0x1000", ext4)).toBeTypeOf("object");
    expect(left("newest; lose data; lose size", ext4)).toBeTypeOf("object");
    expect(left("newest; lose sector 0x200", posix)).toBeTypeOf("object");
  });

  test("a sector that reads the same in both versions parts nothing", () => {
    disk.sync(create("/s/a", 1024));
    disk.write(disk.open("/s/a", "write"), Buffer.alloc(1024, "a"), 0);
    expect(left("newest; lose sector 0x200", ext4)).toBeTypeOf("object");
  });
});

test("kill: a write in flight is there with its size, or not at all", () => {
  create("/s/a", 600);
  const write = disk.trace.events.findLastIndex(({ kind }) => kind === "start");
  const cut = (keep: string): (() => DiskImage) => {
    const choice = parseCrashChoice(keep);
    return () => crashImage(disk.trace, { at: write, keep: choice, profile: kill });
  };
  for (const keep of ["newest", "floor"]) {
    expect(cut(keep)().inodes.size).toBe(3);
  }
  const refused = { code: "bad-choice" };
  expect(cut("newest; lose sector 0x200")).toThrow(expect.objectContaining(refused));
  expect(cut("floor; keep size")).toThrow(expect.objectContaining(refused));
  // Bytes behind the end show nothing, so that they part nothing either.
  expect(sameImage(cut("newest; lose size")(), cut("floor")())).toBe(true);
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

test("whatever is chosen under ext4 is refused or legal", () => {
  const counts = { refused: 0, legal: 0 };
  const choices = fc.tuple(fc.constantFrom("floor", "newest"), fc.array(clause, { maxLength: 4 }));
  fc.assert(
    fc.property(portProgram, choices, (program, [base, clauses]) => {
      disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program.slice(0, 20), disk, PROGRAM_DIRECTORY);
      const { trace } = disk;
      const image = left([base, ...clauses].join("; "), ext4);
      if (typeof image === "string") {
        counts.refused += 1;
      } else {
        counts.legal += 1;
        const cut = { trace, at: trace.events.length - 1, profile: ext4 };
        expect(whyIllegal(image, cut)).toBeUndefined();
      }
    }),
    { numRuns: 150 },
  );
  expect(Math.min(counts.refused, counts.legal)).toBeGreaterThan(8);
});
