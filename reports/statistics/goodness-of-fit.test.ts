// The test of a law against published values, against exact enumeration, and for its error rate.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../harness/seed.ts";
import { fitTest } from "./goodness-of-fit.ts";

const random = stream(7, "fit");
/** How far three counts of six numbers lie from two each. */
const far = (counts: readonly number[]): number =>
  counts.reduce((sum, count) => sum + (count - 2) ** 2, 0);
const uniform = (size: number): number[] => Array.from({ length: size }, () => 1 / size);

/** `total` numbers below `size`, counted. */
function drawn(size: number, total: number, seed: number): number[] {
  const numbers = stream(seed, "law");
  const counts = Array.from({ length: size }, () => 0);
  for (let index = 0; index < total; index += 1) {
    const number = numbers.below(size);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return counts;
}

describe("fitTest", () => {
  it("agrees on Mendel's peas with SciPy 1.17.1: chisquare gives 0.47002, 3 degrees, p = 0.92543", () => {
    const law = [9 / 16, 3 / 16, 3 / 16, 1 / 16];
    const test = fitTest([315, 101, 108, 32], law, random);
    expect(test).toMatchObject({ method: "chi-square", degreesOfFreedom: 3, cells: 4 });
    expect(test.statistic).toBeCloseTo(0.47002, 5);
    expect(test.pValue).toBeCloseTo(0.9254, 4);
  });

  it("agrees with the quantiles of NIST's handbook, table 1.3.6.7.4: 3.841 and 16.919", () => {
    // Two cells with the difference d from 50 have the statistic d^2 / 25.
    const off = Math.sqrt(3.841 * 25);
    expect(fitTest([50 + off, 50 - off], uniform(2), random).pValue).toBeCloseTo(0.05, 4);
    const cell = Math.sqrt((16.919 * 100) / 2);
    const ten = [100 + cell, 100 - cell, ...Array.from({ length: 8 }, () => 100)];
    expect(fitTest(ten, uniform(10), random).pValue).toBeCloseTo(0.05, 4);
  });

  it("pools neighbours until each cell expects five", () => {
    const test = fitTest(drawn(100, 60, 1), uniform(100), random);
    expect(test).toMatchObject({ method: "chi-square", cells: 11, degreesOfFreedom: 10 });
  });

  it("simulates where pooling would leave too little, close to what enumeration gives", () => {
    // All 3^6 sequences: the statistic is at least that of (4, 2, 0) in 243 of 729, counted below.
    const observed = [4, 2, 0];
    let asFar = 0;
    for (let code = 0; code < 729; code += 1) {
      const counts = [0, 0, 0];
      for (let rest = code, place = 0; place < 6; place += 1, rest = Math.floor(rest / 3)) {
        counts[rest % 3] = (counts[rest % 3] ?? 0) + 1;
      }
      if (far(counts) >= far(observed)) asFar += 1;
    }
    const test = fitTest(observed, uniform(3), stream(3, "fit"));
    expect(test).toMatchObject({ method: "simulated", cells: 3 });
    expect(test.pValue).toBeCloseTo(asFar / 729, 1);
    expect(Math.abs(test.pValue - asFar / 729)).toBeLessThan(0.02);
  });

  it("is the same for the same stream", () => {
    const tests = [1, 2].map(() => fitTest([3, 0, 1], uniform(3), stream(11, "fit")));
    expect(tests[0]).toEqual(tests[1]);
  });

  it("says impossible where a count lies beyond the law or has no chance", () => {
    for (const observed of [
      [5, 5, 5, 1],
      [5, 5, 5, 0, 0, 1],
    ]) {
      expect(fitTest(observed, uniform(3), random)).toMatchObject({
        method: "impossible",
        pValue: 0,
        statistic: Infinity,
      });
    }
    expect(fitTest([9, 1], [1, 0], random).method).toBe("impossible");
    expect(fitTest([9, 0], [1, 0], random).pValue).toBe(1);
  });

  it("refuses a law that is none, and no counts", () => {
    expect(() => fitTest([1, 2], [0.5, 0.4], random)).toThrow(RangeError);
    expect(() => fitTest([0, 0], uniform(2), random)).toThrow(RangeError);
  });

  it("is wrong about as rarely as its p-value says, and convicts another law", () => {
    const rejected = Array.from(
      { length: 400 },
      (_, seed) => fitTest(drawn(20, 200, seed), uniform(20), random).pValue,
    ).filter((pValue) => pValue < 0.05).length;
    // 20 expected, of a standard deviation of 4.4.
    expect(rejected).toBeLessThan(40);
    const skewed = drawn(20, 200, 5).map((count, index) => (index < 10 ? count * 2 : count));
    expect(fitTest(skewed, uniform(20), random).pValue).toBeLessThan(0.001);
  });

  it("gives a probability whatever is counted", () => {
    const counts = fc.array(fc.nat({ max: 30 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(counts, (observed) => {
        fc.pre(observed.some((count) => count > 0));
        const { pValue, statistic } = fitTest(observed, uniform(observed.length), random);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
        expect(statistic).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });
});
