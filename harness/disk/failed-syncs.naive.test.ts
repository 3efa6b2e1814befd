// The crash model against the naive one, on random traces whose syncs fail.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CrashChoice, formatCrashChoice, type VersionClause } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { CrashSpace } from "./crash-space.ts";
import { failing, spread, syncEnds } from "./fixtures/failing-trace.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { legalImages } from "./fixtures/legal-images.ts";
import { NaiveModel } from "./fixtures/naive-model.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { operationsOf, step } from "./fixtures/traced-operations.ts";
import { imageHash, imageListing } from "./image.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { formatTraceFile, parseTraceFile } from "./trace-file.ts";

const delays = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 4 })), {
  minLength: 1,
  maxLength: 10,
});

test("both models leave the same disks: floor, newest, and each thing as of some event", () => {
  let failed = 0;
  const steps = fc.array(step, { maxLength: 30, size: "max" });
  fc.assert(
    fc.property(steps, delays, syncEnds, (drawn, delay, ends) => {
      const plain = traceOf(operationsOf(drawn).map((start) => ({ start })));
      const trace = failing(overlapping(plain, delay), ends);
      failed += trace.events.filter(
        (event) => event.kind === "end" && event.failed !== undefined,
      ).length;
      const at = trace.events.length - 1;
      const naive = new NaiveModel(trace, at);
      const each = naive.items().map((item, index): VersionClause => {
        const owner = { kind: "inode", inode: item.inode } as const;
        return { kind: "version", version: (index * 7) % trace.events.length, owner, part: item };
      });
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
  expect(failed).toBeGreaterThan(80);
});

/** Random bytes cannot be enumerated. */
const tested: readonly DeviceProfile[] = [
  { ...profiles.posix, neverSynced: ["zeros"] },
  profiles.ext4,
  { ...profiles.alice, neverSynced: ["zeros"] },
  { ...profiles["lazy-fdatasync"], neverSynced: ["zeros"] },
  { ...profiles.lying, neverSynced: ["zeros"] },
  profiles.kill,
];

const PAGE = 4096;

test.each(tested)(
  "the crash space visits all disks that $name may leave, and no other",
  (profile) => {
    let states = 0;
    const kinds = new Set(["write", "zero", "truncate", "allocate", "sync", "sync-directory"]);
    const steps = fc.array(
      step.filter(({ kind }) => kinds.has(kind)),
      { minLength: 3, maxLength: 12, size: "max" },
    );
    // What is under way at a kill is one operation, as the naive model has it.
    const delay = profile.names === "all" ? fc.constant([0]) : delays;
    fc.assert(
      fc.property(steps, delay, syncEnds, (drawn, drawnDelays, ends) => {
        const named = { kind: "link", place: { directory: 2, name: "a" }, inode: 3 } as const;
        const operations = operationsOf(drawn.map((each) => ({ ...each, file: 0 })));
        const all = spread(operations, PAGE).toSpliced(1, 0, named);
        const trace = failing(
          overlapping(traceOf(all.map((start) => ({ start }))), drawnDelays),
          ends,
        );
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
    expect(states).toBeGreaterThan(profile.names === "all" ? 100 : 150);
  },
);
