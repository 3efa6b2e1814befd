// Sectors over a base: the same as a map that is written and cut plainly.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LayeredSectors } from "./layered-sectors.ts";
import { cutSectors, SECTOR_BYTES, type Sector } from "./sectors.ts";

const FILE_SECTORS = 6;

const sector = fc.uint8Array({ minLength: SECTOR_BYTES, maxLength: SECTOR_BYTES, min: 1 });

const change = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    index: fc.nat(FILE_SECTORS - 1),
    content: fc.option(sector, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("cut" as const), size: fc.nat(FILE_SECTORS * SECTOR_BYTES) }),
);

type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** The same changes on a map, each sector cut by itself. */
function plainly(
  base: ReadonlyMap<number, Uint8Array>,
  changes: readonly Change[],
): ReadonlyMap<number, Uint8Array> {
  const sectors = new Map<number, Sector>(base);
  for (const each of changes) {
    const made: readonly (readonly [number, Sector])[] =
      each.kind === "set" ? [[each.index, each.content]] : cutSectors([...sectors], each.size);
    for (const [index, content] of made) sectors.set(index, content);
  }
  return new Map(
    [...sectors].flatMap(([index, content]) => (content === undefined ? [] : [[index, content]])),
  );
}

describe("LayeredSectors", () => {
  it("holds what a map would hold, whatever is written and cut", () => {
    const bases = fc.dictionary(fc.integer({ min: 0, max: FILE_SECTORS - 1 }).map(String), sector);
    fc.assert(
      fc.property(bases, fc.array(change, { maxLength: 8 }), (numbered, changes) => {
        const base = new Map(
          Object.entries(numbered).map(([index, each]) => [Number(index), each]),
        );
        const layered = new LayeredSectors(base);
        for (const each of changes) {
          if (each.kind === "set") layered.set(each.index, each.content);
          else layered.cut(each.size);
        }
        const expected = plainly(base, changes);
        expect(new Map(layered)).toEqual(expected);
        for (let index = 0; index < FILE_SECTORS; index += 1) {
          expect(layered.get(index)).toEqual(expected.get(index));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("does not touch its base", () => {
    const base = new Map([[0, new Uint8Array(SECTOR_BYTES).fill(7)]]);
    const layered = new LayeredSectors(base);
    layered.cut(3);
    expect(base.get(0)?.[3]).toBe(7);
    expect(layered.get(0)?.slice(0, 4)).toEqual(Uint8Array.of(7, 7, 7, 0));
  });
});
