// The crash model against the naive one, on what only recorded programs do: links, exchanges, holes.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { enumerable, everyLegalDisk } from "./fixtures/every-legal-disk.ts";
import { failing, syncEnds } from "./fixtures/failing-trace.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { sameDisks } from "./fixtures/same-disks.ts";
import { operationsOf, step } from "./fixtures/traced-operations.ts";
import { formatTraceFile, parseTraceFile } from "./trace-file.ts";

test("both models leave the same disks after operations that no log makes", () => {
  const seen = new Set<string>();
  const delays = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: "max" }), delays, (steps, delay) => {
      const operations = operationsOf(steps);
      operations.forEach(({ kind }) => seen.add(kind));
      const trace = overlapping(traceOf(operations.map((start) => ({ start }))), delay);
      const { model, naive } = sameDisks(trace);
      expect(model).toEqual(naive);
      expect(parseTraceFile(formatTraceFile(trace))).toEqual(trace);
    }),
    { numRuns: 150 },
  );
  expect([...seen]).toEqual(expect.arrayContaining(["create-unnamed", "link", "exchange", "zero"]));
});

const run = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 10, size: "max" }),
  delays: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 4 })), { minLength: 1, maxLength: 10 }),
  ends: fc.oneof(fc.constant(["well"] as const), syncEnds),
});

test.each(enumerable.filter(({ names }) => names !== "all"))(
  "the crash space visits all disks that $name may leave, and no other",
  (profile) => {
    let states = 0;
    fc.assert(
      fc.property(run, ({ steps, delays, ends }) => {
        const plain = traceOf(operationsOf(steps).map((start) => ({ start })));
        const trace = failing(overlapping(plain, delays), ends);
        const disks = everyLegalDisk({ trace, at: trace.events.length - 1, profile });
        if (disks === undefined) return;
        states += disks.naive.length;
        expect(disks.swept).toEqual(disks.naive);
        expect(disks.alone).toEqual(disks.naive);
      }),
      { numRuns: 100 },
    );
    expect(states).toBeGreaterThan(150);
  },
);
