// The crash model against the naive one, on random traces whose syncs fail.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { enumerable, everyLegalDisk } from "./fixtures/every-legal-disk.ts";
import { failing, spread, syncEnds } from "./fixtures/failing-trace.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { sameDisks } from "./fixtures/same-disks.ts";
import { operationsOf, step } from "./fixtures/traced-operations.ts";
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
      const { model, naive } = sameDisks(trace);
      expect(model).toEqual(naive);
      expect(parseTraceFile(formatTraceFile(trace))).toEqual(trace);
    }),
    { numRuns: 150 },
  );
  expect(failed).toBeGreaterThan(80);
});

const PAGE = 4096;
const NAMED = { kind: "link", place: { directory: 2, name: "a" }, inode: 3 } as const;
const KINDS = new Set(["write", "zero", "truncate", "allocate", "sync", "sync-directory"]);
const steps = fc.array(
  step.filter(({ kind }) => KINDS.has(kind)),
  { minLength: 3, maxLength: 12, size: "max" },
);
/** In hundredths of the trace; the end, at which most has happened, is drawn as often as all else. */
const moment = fc.oneof(fc.constant(100), fc.noBias(fc.nat({ max: 99 })));

test.each(enumerable)(
  "the crash space visits all disks that $name may leave, and no other",
  (profile) => {
    let states = 0;
    // What is under way at a kill is one operation, as the naive model has it.
    const delay = profile.names === "all" ? fc.constant([0]) : delays;
    fc.assert(
      fc.property(steps, delay, syncEnds, moment, (drawn, drawnDelays, ends, hundredths) => {
        const operations = operationsOf(drawn.map((each) => ({ ...each, file: 0 })));
        const all = spread(operations, PAGE).toSpliced(1, 0, NAMED);
        const plain = traceOf(all.map((start) => ({ start })));
        const trace = failing(overlapping(plain, drawnDelays), ends);
        const at = Math.floor((hundredths / 100) * (trace.events.length - 1));
        const disks = everyLegalDisk({ trace, at, profile });
        if (disks === undefined) return;
        states += disks.naive.length;
        expect(disks.swept).toEqual(disks.naive);
        expect(disks.alone).toEqual(disks.naive);
      }),
      { numRuns: 100 },
    );
    expect(states).toBeGreaterThan(profile.names === "all" ? 100 : 150);
  },
);
