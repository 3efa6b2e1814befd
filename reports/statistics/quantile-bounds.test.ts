// Order statistics as bounds on quantiles: published ranks, sizes that suffice, coverage by enumeration.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countedSample } from "./counted-sample.ts";
import { fewestForQuantile, quantileBounds, quantileRanks } from "./quantile-bounds.ts";
import { binomialAtMost } from "./special-functions.ts";

const oneTo = (size: number): { value: number; count: number }[] =>
  Array.from({ length: size }, (_, index) => ({ value: index + 1, count: 1 }));

describe("quantileRanks", () => {
  it("has the ranks of the sign test's tables for the median", () => {
    // The binomial table for p = 0.5 (here computed with SciPy 1.17.1, binom.cdf): P(Y <= 1) = 0.0107 for n = 10,
    // P(Y <= 5) = 0.0207 for n = 20, so that the second and the ninth, the sixth and the fifteenth bound it.
    expect(quantileRanks(10, 0.5)).toEqual({ low: 2, high: 9 });
    expect(quantileRanks(20, 0.5)).toEqual({ low: 6, high: 15 });
    expect(quantileRanks(5, 0.5)).toEqual({ low: null, high: null });
    expect(quantileRanks(6, 0.5)).toEqual({ low: 1, high: 6 });
  });

  it("has no upper bound for p99.9 below 3688 numbers, and one from there", () => {
    // 0.999^n <= 0.025.
    expect(quantileRanks(3687, 0.999).high).toBeNull();
    expect(quantileRanks(3688, 0.999).high).toBe(3688);
  });

  it("covers whatever the size and the quantile, counted out", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 5000 }),
      fc.constantFrom(0.05, 0.25, 0.5, 0.9, 0.99, 0.999),
      fc.constantFrom(0.8, 0.95, 0.99),
    );
    fc.assert(
      fc.property(cases, ([size, quantile, confidence]) => {
        const { low, high } = quantileRanks(size, quantile, confidence);
        const tail = (1 - confidence) / 2;
        const fewer = (rank: number): number =>
          rank < 1 ? 0 : binomialAtMost(rank - 1, size, quantile);
        // The quantile lies below the low rank's number where fewer than that many fell below it.
        expect(fewer(low ?? 0)).toBeLessThanOrEqual(tail);
        expect(fewer((low ?? 0) + 1)).toBeGreaterThan(tail);
        if (high === null) expect(1 - fewer(size)).toBeGreaterThan(tail);
        else {
          expect(1 - fewer(high)).toBeLessThanOrEqual(tail);
          if (high > 1) expect(1 - fewer(high - 1)).toBeGreaterThan(tail);
        }
      }),
    );
  });
});

describe("quantileBounds", () => {
  it("reads the ranks off counted numbers as off single ones", () => {
    expect(quantileBounds(oneTo(20), 0.5)).toEqual({ estimate: 10, low: 6, high: 15 });
    const counted = countedSample([
      { value: 7, count: 15 },
      { value: 3, count: 5 },
    ]);
    expect(quantileBounds(counted, 0.5)).toEqual({ estimate: 7, low: 7, high: 7 });
    expect(quantileBounds(oneTo(1000), 0.999)).toEqual({ estimate: 999, low: 997, high: null });
  });
});

describe("fewestForQuantile", () => {
  it("agrees with Wilks: 59, 299 and 2995 numbers for p95, p99 and p99.9", () => {
    expect([0.95, 0.99, 0.999].map((quantile) => fewestForQuantile(quantile))).toEqual([
      59, 299, 2995,
    ]);
    expect(fewestForQuantile(0.9, 0.9)).toBe(22);
  });
});
