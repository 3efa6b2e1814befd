// The crash model against the naive one, on what only recorded programs do: links, exchanges, holes.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CrashChoice, formatCrashChoice, type VersionClause } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { CrashSpace } from "./crash-space.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { legalImages } from "./fixtures/legal-images.ts";
import { NaiveModel } from "./fixtures/naive-model.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { operationsOf, step } from "./fixtures/traced-operations.ts";
import { imageHash, imageListing } from "./image.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { formatTraceFile, parseTraceFile } from "./trace-file.ts";

function clauses(trace: ReturnType<typeof traceOf>, naive: NaiveModel): VersionClause[] {
  return naive.items().map((item, index) => {
    const version = (index * 7) % trace.events.length;
    const owner = { kind: "inode", inode: item.inode } as const;
    return { kind: "version", version, owner, part: item };
  });
}

test("both models leave the same disks after operations that no log makes", () => {
  const seen = new Set<string>();
  const delays = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: "max" }), delays, (steps, delay) => {
      const operations = operationsOf(steps);
      operations.forEach(({ kind }) => seen.add(kind));
      const trace = overlapping(traceOf(operations.map((start) => ({ start }))), delay);
      const at = trace.events.length - 1;
      const naive = new NaiveModel(trace, at);
      const each = clauses(trace, naive);
      const choices: CrashChoice[] = [
        { base: "floor", clauses: [] },
        { base: "newest", clauses: [] },
        { base: "floor", clauses: each },
        ...each.map((clause): CrashChoice => ({ base: "newest", clauses: [clause] })),
      ];
      for (const keep of choices) {
        const expected = imageListing(naive.image(naive.picks(keep)));
        const image = crashImage(trace, { at, keep });
        expect(imageListing(image), formatCrashChoice(keep)).toBe(expected);
      }
      expect(parseTraceFile(formatTraceFile(trace))).toEqual(trace);
    }),
    { numRuns: 150 },
  );
  expect([...seen]).toEqual(expect.arrayContaining(["create-unnamed", "link", "exchange", "zero"]));
});

/** Random bytes cannot be enumerated. */
const tested: readonly DeviceProfile[] = [
  { ...profiles.posix, neverSynced: ["zeros"] },
  profiles.ext4,
  { ...profiles.alice, neverSynced: ["zeros"] },
];

test.each(tested)(
  "the crash space visits all disks that $name may leave, and no other",
  (profile) => {
    let states = 0;
    const steps = fc.array(step, { minLength: 2, maxLength: 10, size: "max" });
    fc.assert(
      fc.property(steps, (drawn) => {
        const operations = operationsOf(drawn);
        const trace = overlapping(traceOf(operations.map((start) => ({ start }))), [0]);
        const at = trace.events.length - 1;
        const expected = legalImages({ trace, at, profile });
        if (expected === undefined) return;
        const visits = new CrashSpace(trace, profile).visit({
          seed: 1,
          statesMax: 100_000,
          exhaustiveMax: 100_000,
          from: at,
          to: at,
        });
        const visited = new Set(Array.from(visits, (visit) => imageHash(visit.image())));
        states += visited.size;
        expect([...visited].sort()).toEqual([...new Set(expected.map(imageHash))].sort());
      }),
      { numRuns: 100 },
    );
    expect(states).toBeGreaterThan(150);
  },
);
