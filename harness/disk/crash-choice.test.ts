// A crash choice's text: it round-trips, and what makes no sense is refused.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ChoiceClause,
  formatCrashChoice,
  type ItemOwner,
  parseCrashChoice,
} from "./crash-choice.ts";
import { DiskError } from "./disk-error.ts";

const name = fc.oneof(fc.stringMatching(/^[\w.-]+$/), fc.string({ minLength: 1 }));
const owner: fc.Arbitrary<ItemOwner> = fc.oneof(
  fc.record({ kind: fc.constant("inode" as const), inode: fc.nat() }),
  fc.record({ kind: fc.constant("file" as const), name }),
);
const offset = fc.nat({ max: 2 ** 40 }).map((sector) => sector * 512);
const versionClause: fc.Arbitrary<ChoiceClause> = fc.record({
  kind: fc.constant("version" as const),
  version: fc.oneof(fc.constantFrom("newest" as const, "floor" as const), fc.nat()),
  owner: fc.option(owner),
  part: fc.oneof(
    fc.record({ kind: fc.constantFrom("names" as const, "size" as const, "data" as const) }),
    fc.record({ kind: fc.constant("name" as const), name }),
    fc.record({ kind: fc.constant("sector" as const), offset }),
  ),
});
const staleClause: fc.Arbitrary<ChoiceClause> = fc.record({
  kind: fc.constant("stale" as const),
  owner,
  offset,
  source: owner,
});
const clause = fc.oneof({ weight: 3, arbitrary: versionClause }, staleClause);

test("text and value turn into each other", () => {
  fc.assert(
    fc.property(fc.constantFrom("floor", "newest"), fc.array(clause), (base, clauses) => {
      const choice = { base, clauses };
      expect(parseCrashChoice(formatCrashChoice(choice))).toEqual(choice);
    }),
  );
});

test("a person can write it", () => {
  const text =
    "floor;keep  names; lose file wal size ; keep inode 3 sector 1024 as of #12; stale inode 4 sector 512  from file wal";
  expect(formatCrashChoice(parseCrashChoice(text))).toBe(
    "floor; keep names; lose file wal size; keep inode 3 sector 0x400 as of #12; stale inode 4 sector 0x200 from file wal",
  );
});

test.each([
  ["", "floor or newest"],
  ["keep names", "floor or newest"],
  ["floor; drop names", "keep or lose or stale"],
  ["floor; keep", "names or name or size or data or sector"],
  ["floor; keep inode x size", "an inode's number"],
  ["floor; keep inode 3 sector 0x401", "a multiple of 512"],
  ["floor; keep sector first", "a sector's offset"],
  ["floor; keep size as from #3", "of"],
  ["floor; keep size as of 3", "an event such as #12"],
  ["floor; keep name ;", "a name"],
  ['floor; keep name "\\q"', "a name as JSON"],
  ["floor; stale sector 0x200 from file wal", "inode or file"],
  ["floor; stale file wal size from file old", "sector"],
  ["floor; stale file wal sector 0x201 from file old", "a multiple of 512"],
  ["floor; stale file wal sector 0x200", "from"],
  ["floor; stale file wal sector 0x200 from sector 0x200", "inode or file"],
  ["floor; stale file wal sector 0x200 from file old as of #3 of", "the end"],
  ["floor; garbage file wal sector 0x200", "seed"],
  ["floor; garbage file wal sector 0x200 seed x", "a seed"],
  ["floor; lose size as of #3", "the end"],
  ["floor names", "the end"],
])("%j is refused: expected %s", (text, expected) => {
  const parse = (): unknown => parseCrashChoice(text);
  expect(parse).toThrow(expect.objectContaining({ code: "bad-choice" }));
  expect(parse).toThrow(DiskError);
  expect(parse).toThrow(expected);
});
