// The crash model against the naive one, on random traces whose operations overlap.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CrashChoice,
  formatCrashChoice,
  type ItemOwner,
  type StaleClause,
  type VersionClause,
} from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { failing, syncEnds } from "./fixtures/failing-trace.ts";
import { type Item, NaiveModel } from "./fixtures/naive-model.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { imageListing } from "./image.ts";
import { RecordingDisk } from "./recording-disk.ts";

function clauseOf(item: Item, version: VersionClause["version"]): VersionClause {
  const kind = "version";
  const owner = { kind: "inode", inode: item.inode } as const;
  switch (item.kind) {
    case "size":
      return { kind, version, owner, part: { kind: "size" } };
    case "sector":
      return { kind, version, owner, part: { kind: "sector", offset: item.offset } };
    case "name":
      return { kind, version, owner, part: { kind: "name", name: item.name } };
  }
}

const GROUPS = ["names", "size", "data"] as const;

interface Draw {
  readonly item: number;
  readonly version: VersionClause["version"];
}

/** A choice among what this trace has: an item or a group for each draw. */
function choiceOf(
  base: CrashChoice["base"],
  draws: readonly Draw[],
  items: readonly Item[],
): CrashChoice {
  const clauses = draws.map(({ item, version }): VersionClause => {
    const drawn = items[item % (items.length + GROUPS.length)];
    const group = GROUPS[item % GROUPS.length] ?? "names";
    return drawn === undefined
      ? { kind: "version", version, owner: null, part: { kind: group } }
      : clauseOf(drawn, version);
  });
  return { base, clauses };
}

/** Without fast-check's love of small numbers, which would draw the first item again and again. */
const draw: fc.Arbitrary<Draw> = fc.record({
  item: fc.noBias(fc.nat({ max: 10_000 })),
  version: fc.oneof(fc.constantFrom("newest" as const, "floor" as const), {
    weight: 3,
    arbitrary: fc.noBias(fc.nat({ max: 100 })),
  }),
});

/** A disk with some files on it, what is done to it, and when the power fails. */
const crash = fc.record({
  before: portProgram,
  program: portProgram,
  delays: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 8 })), { minLength: 1, maxLength: 20 }),
  ends: fc.oneof(fc.constant(["well"] as const), syncEnds),
  /** As a share of the trace. */
  moment: fc.noBias(fc.double({ min: 0.2, max: 1, noNaN: true })),
  draws: fc.array(fc.array(draw, { maxLength: 12, size: "max" }), { minLength: 4, maxLength: 4 }),
});

type Crash = typeof crash extends fc.Arbitrary<infer T> ? T : never;

/** The trace of a crash, the event after which it comes, and the naive model of it. */
function crashed({ before, program, delays, ends, moment }: Omit<Crash, "draws">): {
  readonly trace: DiskTrace;
  readonly at: number;
  readonly naive: NaiveModel;
} {
  const first = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
  runProgram(before, first, PROGRAM_DIRECTORY);
  const disk = RecordingDisk.fromImage(first.image());
  runProgram(program, disk, PROGRAM_DIRECTORY);
  const trace = failing(overlapping(disk.trace, delays), ends);
  const at = Math.floor(moment * trace.events.length) - 1;
  return { trace, at, naive: new NaiveModel(trace, at) };
}

test("both models leave the same disks: floor, newest, and any choice", () => {
  let choices = 0;
  let states = 0;
  fc.assert(
    fc.property(crash, ({ draws, ...rest }) => {
      const { trace, at, naive } = crashed(rest);
      const items = naive.items();
      const listings = [[], [], ...draws].map((drawn, index) => {
        const keep = choiceOf(index % 2 === 0 ? "floor" : "newest", drawn, items);
        const listing = imageListing(crashImage(trace, { at, keep }));
        const expected = imageListing(naive.image(naive.picks(keep)));
        expect(listing, formatCrashChoice(keep)).toBe(expected);
        return listing;
      });
      choices += listings.length;
      states += new Set(listings).size;
    }),
    { numRuns: 150 },
  );
  // Choices that all came to one disk would show nothing.
  expect(states / choices).toBeGreaterThan(0.3);
});

/** Which sector is to hold whose bytes; a name, which many files bore, goes for a file's number. */
const staleDraw = fc.record({
  target: fc.noBias(fc.nat({ max: 10_000 })),
  source: fc.noBias(fc.nat({ max: 10_000 })),
  name: fc.option(fc.constantFrom("a", "b")),
  isSourceNamed: fc.boolean(),
  /** How many of the other clauses come before. */
  position: fc.nat({ max: 4 }),
  draws: fc.array(draw, { maxLength: 4 }),
});

type StaleDraw = typeof staleDraw extends fc.Arbitrary<infer T> ? T : never;

function staleChoice(drawn: StaleDraw, items: readonly Item[]): CrashChoice {
  const { name, isSourceNamed } = drawn;
  const sectors = items.filter((item) => item.kind === "sector");
  const target = sectors[drawn.target % sectors.length];
  const places = sectors.filter(({ offset }) => offset === target?.offset);
  const source = places[drawn.source % places.length];
  const ownerOf = (inode: number, isNamed: boolean): ItemOwner =>
    name !== null && isNamed ? { kind: "file", name } : { kind: "inode", inode };
  const clause: StaleClause = {
    kind: "stale",
    owner: ownerOf(target?.inode ?? 0, !isSourceNamed),
    offset: target?.offset ?? 0,
    source: ownerOf(source?.inode ?? 0, isSourceNamed),
  };
  const { base, clauses } = choiceOf("newest", drawn.draws, items);
  return { base, clauses: clauses.toSpliced(drawn.position, 0, clause) };
}

function listingOrRefusal(trace: DiskTrace, at: number, keep: CrashChoice): string {
  try {
    return imageListing(crashImage(trace, { at, keep }));
  } catch (error) {
    if (error instanceof DiskError) {
      return error.code;
    }
    throw error;
  }
}

test("both models leave the same stale bytes, and refuse the same", () => {
  const outcomes = { left: 0, refused: 0 };
  const stale = fc.array(staleDraw, { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(crash, stale, (drawnCrash, staleDraws) => {
      const { trace, at, naive } = crashed(drawnCrash);
      const items = naive.items();
      for (const drawn of staleDraws) {
        const keep = staleChoice(drawn, items);
        const picks = naive.picks(keep);
        const bytes = naive.stale(keep, picks);
        const expected = bytes && imageListing(naive.image(picks, bytes));
        expect(listingOrRefusal(trace, at, keep), formatCrashChoice(keep)).toBe(
          expected ?? "bad-choice",
        );
        outcomes[bytes === undefined ? "refused" : "left"] += 1;
      }
    }),
    { numRuns: 150 },
  );
  // Either alone would show little.
  expect(outcomes.left).toBeGreaterThan(50);
  expect(outcomes.refused).toBeGreaterThan(50);
});
