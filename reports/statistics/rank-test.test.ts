// The rank test against R's manual page and against all permutations; with ties, and on counted numbers.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountedSample, countedSample } from "./counted-sample.ts";
import { rankTest } from "./rank-test.ts";

const counted = (values: readonly number[], each = 1): CountedSample =>
  countedSample(values.map((value) => ({ value, count: each })));

/** Permeability constants, Hollander and Wolfe (1973), page 69. */
const TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

/** R's airquality: ozone in May and in August, with ties. */
const MAY = [
  41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115,
  37,
];
const AUGUST = [
  39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118,
  84, 85,
];

describe("rankTest", () => {
  it("agrees with R's manual page of wilcox.test: W = 35, one-sided p = 0.1272, so 0.2544 two-sided", () => {
    const test = rankTest(counted(EARLY), counted(TERM));
    expect(test).toMatchObject({ statistic: 35, superiority: 0.7, method: "exact" });
    expect(test.pValue).toBeCloseTo(2 * 0.1272061272, 9);
  });

  it("agrees with it on tied numbers: ozone in May and August, W = 127.5, p = 0.0001208", () => {
    const test = rankTest(counted(AUGUST), counted(MAY));
    expect(test).toMatchObject({ statistic: 127.5, method: "normal" });
    expect(test.pValue).toBeCloseTo(0.00012080783, 11);
  });

  it("counts out the permutations of tied numbers, too", () => {
    const base = [1, 2, 2, 3, 3];
    const head = [2, 3, 4, 4];
    const all = [...base, ...head];
    const ranks = all.map((value) => {
      const below = all.filter((other) => other < value).length;
      return below + (all.filter((other) => other === value).length + 1) / 2;
    });
    const observed = ranks.slice(base.length).reduce((sum, rank) => sum + rank, 0);
    let below = 0;
    let above = 0;
    let ways = 0;
    for (let chosen = 0; chosen < 2 ** all.length; chosen += 1) {
      const picked = ranks.filter((_, index) => Math.floor(chosen / 2 ** index) % 2 === 1);
      if (picked.length !== head.length) continue;
      const sum = picked.reduce((total, rank) => total + rank, 0);
      ways += 1;
      if (sum <= observed) below += 1;
      if (sum >= observed) above += 1;
    }
    const expected = Math.min(1, (2 * Math.min(below, above)) / ways);
    expect(rankTest(counted(base), counted(head)).pValue).toBeCloseTo(expected, 9);
  });

  it("sees no difference between equal samples, and all of it where nothing overlaps", () => {
    const low = counted([1, 2, 3], 40);
    const high = counted([7, 8], 60);
    expect(rankTest(low, low)).toMatchObject({ superiority: 0.5, pValue: 1 });
    expect(rankTest(low, high)).toMatchObject({ superiority: 1, method: "normal" });
    expect(rankTest(low, high).pValue).toBeLessThan(1e-20);
    expect(rankTest(counted([4], 100), counted([4], 100)).pValue).toBe(1);
    expect(rankTest([], low).pValue).toBe(1);
  });

  it("is the less sure the more alike the numbers of a group may be", () => {
    const base = counted([1, 2, 3, 4, 5], 20);
    const head = counted([2, 3, 4, 5, 6], 20);
    const pValues = [1, 2, 3].map((clusterSize) => rankTest(base, head, clusterSize).pValue);
    expect(pValues).toEqual(pValues.toSorted((a, b) => a - b));
    expect(pValues[2]).toBeGreaterThan(pValues[0] ?? 1);
  });

  it("does not mind which sample comes first", () => {
    const sample = fc
      .array(fc.record({ value: fc.nat({ max: 12 }), count: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 6,
      })
      .map((values) => countedSample(values));
    fc.assert(
      fc.property(sample, sample, (base, head) => {
        const one = rankTest(base, head);
        const other = rankTest(head, base);
        expect(one.pValue).toBeCloseTo(other.pValue, 9);
        expect(one.superiority + other.superiority).toBeCloseTo(1, 9);
        expect(one.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });
});
