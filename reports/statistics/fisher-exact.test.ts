// Fisher's exact test against the examples of R's manual page, and its properties.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fisherExact } from "./fisher-exact.ts";

describe("fisherExact", () => {
  it("agrees with R's manual page of fisher.test", () => {
    // Fisher's tea drinker (Agresti 1990, page 61): two-sided 0.4857.
    expect(fisherExact({ hits: 3, tries: 4 }, { hits: 1, tries: 4 })).toBeCloseTo(0.4857, 4);
    // Convictions of like-sex twins (Fisher 1962, 1970): two-sided 0.0005367.
    expect(fisherExact({ hits: 2, tries: 17 }, { hits: 10, tries: 13 })).toBeCloseTo(0.0005367, 7);
  });

  it("agrees with values computed by SciPy 1.17.1", () => {
    expect(fisherExact({ hits: 0, tries: 150 }, { hits: 5, tries: 9 })).toBeCloseTo(
      1.5854101378832328e-7,
      15,
    );
    expect(fisherExact({ hits: 5, tries: 40 }, { hits: 5, tries: 9 })).toBeCloseTo(
      0.011067227066729635,
      12,
    );
  });

  it("says nothing where nothing was hit, or nothing was tried", () => {
    expect(fisherExact({ hits: 0, tries: 50 }, { hits: 0, tries: 60 })).toBeCloseTo(1, 9);
    expect(fisherExact({ hits: 0, tries: 0 }, { hits: 3, tries: 9 })).toBeCloseTo(1, 9);
  });

  it("is symmetric, and wrong at most as often as its p-value says, counted out", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 1, max: 25 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([base, head, chance]) => {
        let rejected = 0;
        for (const [hits, ofBase] of binomial(base, chance).entries()) {
          for (const [found, ofHead] of binomial(head, chance).entries()) {
            const one = { hits, tries: base };
            const other = { hits: found, tries: head };
            const pValue = fisherExact(one, other);
            expect(fisherExact(other, one)).toBeCloseTo(pValue, 9);
            if (pValue <= 0.05) rejected += ofBase * ofHead;
          }
        }
        expect(rejected).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
      { numRuns: 20 },
    );
  });
});

/** The chance of 0, 1, ... hits. */
function binomial(tries: number, chance: number): number[] {
  let likelihood = (1 - chance) ** tries;
  return Array.from({ length: tries + 1 }, (_, hits) => {
    const own = likelihood;
    likelihood *= ((tries - hits) / (hits + 1)) * (chance / (1 - chance));
    return own;
  });
}
