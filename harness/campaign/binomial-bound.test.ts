// The upper bound against published values, and its properties.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { upperBound } from "./binomial-bound.ts";

describe("upperBound", () => {
  it("agrees with Wilks: 59, 93, 124, 153 and 181 tries bound 0 to 4 hits by 5 %", () => {
    // S. S. Wilks, Ann. Math. Stat. 12 (1941): the fewest tries for a one-sided 95/95 limit.
    const tries = [59, 93, 124, 153, 181];
    for (const [hits, n] of tries.entries()) {
      expect(upperBound(hits, n)).toBeLessThanOrEqual(0.05);
      expect(upperBound(hits, n - 1)).toBeGreaterThan(0.05);
    }
  });

  it("has the closed form 1 - 0.05^(1/n) where nothing was hit", () => {
    for (const n of [1, 2, 10, 20, 150, 3000, 1_000_000]) {
      expect(upperBound(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 10);
    }
  });

  it("agrees with the intervals that R prints for binom.test", () => {
    // A two-sided interval of 90 % ends where a one-sided bound of 95 % lies, and so on.
    expect(upperBound(1, 1497)).toBeCloseTo(0.003164954, 9);
    expect(upperBound(9, 24, 0.975)).toBeCloseTo(0.5940636, 7);
    // The example of the manual page, after Conover (1971), page 97.
    expect(upperBound(682, 925, 0.975)).toBeCloseTo(0.7654066, 7);
  });

  it("says nothing without tries and 1 where every try hit", () => {
    expect(upperBound(0, 0)).toBeNull();
    expect(upperBound(4, 4)).toBe(1);
  });

  it("grows with hits, falls with tries, and lies above the share seen", () => {
    const counts = fc
      .integer({ min: 2, max: 3000 })
      .chain((tries) =>
        fc.tuple(fc.integer({ min: 0, max: Math.min(tries - 2, 40) }), fc.constant(tries)),
      );
    fc.assert(
      fc.property(counts, ([hits, tries]) => {
        const bound = upperBound(hits, tries) ?? 0;
        expect(bound).toBeGreaterThan(hits / tries);
        expect(bound).toBeLessThan(upperBound(hits + 1, tries) ?? 0);
        expect(bound).toBeGreaterThan(upperBound(hits, tries + 1) ?? 1);
      }),
    );
  });

  it("covers: whatever the true chance, counts whose bound misses it are at most 5 % likely", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([tries, chance]) => {
        let missed = 0;
        let likelihood = (1 - chance) ** tries;
        for (let hits = 0; hits <= tries; hits += 1) {
          if ((upperBound(hits, tries) ?? 1) < chance) missed += likelihood;
          likelihood *= ((tries - hits) / (hits + 1)) * (chance / (1 - chance));
        }
        expect(missed).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
    );
  });
});
