// The judges against a second opinion: every outcome that a promise allows, listed one by one.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation } from "../workload.ts";
import { type Change, type Kind, type Life, Reference } from "./fixtures/reference-logs.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

const size = fc.constantFrom(0, 0, 1, 12, 12, 12);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: size.map((bytes) => ({ kind: "append", size: bytes }) as const) },
  {
    weight: 2,
    arbitrary: fc.array(size, { maxLength: 3 }).map((sizes) => ({ kind: "batch", sizes }) as const),
  },
  fc.constantFrom<Operation>(
    { kind: "checkpoint" },
    { kind: "sync" },
    { kind: "truncate" },
    { kind: "reopen" },
  ),
);
const kind = fc.constantFrom<Kind>("kill", "power");
const life: fc.Arbitrary<Life> = fc.record({
  operations: fc.array(operation, { maxLength: 6 }),
  asked: fc.nat({ max: 6 }),
  answered: fc.boolean(),
  failed: fc.oneof(fc.constant([]), fc.array(fc.nat({ max: 5 }), { maxLength: 2 })),
  closes: fc.boolean(),
  killedOpen: fc.option(kind, { nil: undefined, freq: 1 }),
  crash: kind,
  again: fc.option(kind, { nil: undefined, freq: 1 }),
  report: fc.boolean(),
  choice: fc.nat(),
});
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("none", "drop", "drop", "double", "swap", "insert", "invent", "empty"),
  at: fc.nat(),
  other: fc.nat(),
});
const allowance = fc.oneof(
  fc.constant("since-barrier" as const),
  fc.record({ records: fc.nat({ max: 3 }) }),
);
const promise: fc.Arbitrary<StorePromise> = fc
  .record({
    kill: allowance,
    power: allowance,
    barriers: fc.subarray(["append", "batch", "checkpoint", "sync", "close"] as const),
    batchesAtomic: fc.boolean(),
  })
  .map((rest) => ({
    ...rest,
    ordered: true,
    lsns: false,
  }));

test("the judges convict exactly what the reference does not list", () => {
  const seen = { legal: 0, illegal: 0, changedLegal: 0 };
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 3 }),
      promise,
      change,
      (lives, rules, how) => {
        const reference = new Reference(lives, rules);
        const lastReport = lives.findLastIndex(({ report }) => report);
        let result: ReturnType<Reference["live"]> = "unreported";
        for (const [index, one] of lives.entries()) {
          const asked = index === lastReport ? how : { ...how, kind: "none" as const };
          result = reference.live(one, lives[index + 1], asked);
          if (result === "illegal") {
            break;
          }
        }
        const judgement = judgeHistory(reference.made.history, rules);
        expect(judgement.problem).toBeUndefined();
        expect(judgement.verdict, JSON.stringify(judgement.violations)).toBe(
          result === "illegal" ? "violated" : "held",
        );
        seen.illegal += result === "illegal" ? 1 : 0;
        seen.legal += result === "legal" ? 1 : 0;
        seen.changedLegal += result === "legal" && how.kind !== "none" ? 1 : 0;
      },
    ),
    { seed: 20, numRuns: 6000 },
  );
  // The draw must reach both sides, and changes that a promise allows.
  expect(seen.legal).toBeGreaterThan(500);
  expect(seen.illegal).toBeGreaterThan(500);
  expect(seen.changedLegal).toBeGreaterThan(50);
});
