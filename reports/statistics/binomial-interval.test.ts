// The exact interval against published values, its coverage by enumeration, and the library's own inverse.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialInterval, lowerBound, upperBound } from "./binomial-interval.ts";
import { binomialAtMost } from "./special-functions.ts";

const CONFIDENCES = [0.5, 0.8, 0.9, 0.95, 0.975, 0.995, 0.999, 0.9999];

describe("binomialInterval", () => {
  it("agrees with what R prints for binom.test", () => {
    // The example of the manual page, after Conover (1971), page 97: 682 of 925.
    const conover = binomialInterval(682, 925);
    expect(conover.low).toBeCloseTo(0.7076683, 7);
    expect(conover.high).toBeCloseTo(0.7654066, 7);
    // Computed with SciPy 1.17.1, binomtest(9, 24).proportion_ci(0.95).
    expect(binomialInterval(9, 24).low).toBeCloseTo(0.18799292819600227, 9);
    expect(binomialInterval(9, 24).high).toBeCloseTo(0.5940636159922044, 9);
  });

  it("has the rule of three's exact form where nothing was hit, and its mirror where all was", () => {
    // Hanley and Lippman-Hand, JAMA 249 (1983): 1 - 0.05^(1/n), about 3/n.
    for (const tries of [1, 10, 59, 1000, 1_000_000]) {
      expect(upperBound(0, tries)).toBeCloseTo(1 - 0.05 ** (1 / tries), 9);
      expect(lowerBound(tries, tries)).toBeCloseTo(0.05 ** (1 / tries), 9);
    }
    expect(upperBound(0, 59)).toBeLessThan(0.05);
    expect(upperBound(0, 58)).toBeGreaterThan(0.05);
  });

  it("spans everything without tries, and refuses counts and confidences that make no sense", () => {
    expect(binomialInterval(0, 0)).toEqual({ low: 0, high: 1 });
    for (const [hits, tries] of [
      [2, 1],
      [-1, 1],
      [0.5, 1],
      [0, 1e8],
    ] as const) {
      expect(() => upperBound(hits, tries)).toThrow(RangeError);
    }
    for (const confidence of [0.4, 1, Number.NaN]) {
      expect(() => lowerBound(1, 2, confidence)).toThrow(RangeError);
    }
  });

  it("covers: the chance lies outside at most 5 % of the time, counted out over all outcomes", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.005, max: 0.995, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([tries, chance]) => {
        let missed = 0;
        for (let hits = 0; hits <= tries; hits += 1) {
          const { low, high } = binomialInterval(hits, tries);
          const below = hits === 0 ? 0 : binomialAtMost(hits - 1, tries, chance);
          const likelihood = binomialAtMost(hits, tries, chance) - below;
          if (chance < low || chance > high) missed += likelihood;
        }
        expect(missed).toBeLessThanOrEqual(0.05 + 1e-8);
      }),
    );
  });

  it("is where the tail has shrunk to what is left of the confidence, up to ten million tries", () => {
    const tries = [1, 2, 5, 20, 59, 400, 3000, 100_000, 10_000_000];
    for (const n of tries) {
      for (const hits of [0, 1, 3, 17, Math.round(n / 10), Math.round(n / 2), n - 1]) {
        if (hits < 0 || hits >= n) continue;
        for (const confidence of CONFIDENCES) {
          const reached = binomialAtMost(hits, n, upperBound(hits, n, confidence));
          expect(Math.abs(reached / (1 - confidence) - 1)).toBeLessThan(0.01);
        }
      }
    }
  });

  it("grows with hits, and narrows with tries", () => {
    const counts = fc
      .integer({ min: 2, max: 3000 })
      .chain((tries) => fc.tuple(fc.integer({ min: 0, max: tries - 1 }), fc.constant(tries)));
    fc.assert(
      fc.property(counts, ([hits, tries]) => {
        const { low, high } = binomialInterval(hits, tries);
        const more = binomialInterval(hits + 1, tries);
        expect(low).toBeLessThan(more.low);
        expect(high).toBeLessThan(more.high);
        const larger = binomialInterval(hits * 2, tries * 2);
        expect(larger.high - larger.low).toBeLessThan(high - low);
      }),
    );
  });
});
