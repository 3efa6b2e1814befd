// Trials until conviction: known closed forms, computed values, censoring, and coverage by enumeration.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectionPower, powerOfHunts } from "./detection-power.ts";

describe("detectionPower", () => {
  it("has the geometric law's closed form for one conviction", () => {
    for (const trials of [1, 2, 12, 300]) {
      const power = detectionPower({ numbers: [trials - 1], trials, stopAt: 1 });
      expect(power.trials).toBe(trials);
      expect(power.high).toBeCloseTo(1 / (1 - 0.975 ** (1 / trials)), 4);
      const most = trials === 1 ? 1 : 1 - 0.025 ** (1 / (trials - 1));
      expect(power.low).toBeCloseTo(1 / most, 6);
    }
  });

  it("agrees with bounds computed by SciPy 1.17.1: beta.ppf(0.025, r, n-r+1) and beta.ppf(0.975, r, n-r)", () => {
    const numbers = [0, 2, 3, 7, 8, 9];
    const power = detectionPower({ numbers, trials: 12, stopAt: 5 });
    expect(power).toMatchObject({ trials: 9 / 5, convictions: 5, hunted: 9 });
    expect(1 / (power.high ?? 0)).toBeCloseTo(0.21200850677886798, 8);
    expect(1 / power.low).toBeCloseTo(0.842987229512942, 8);
    const slow = detectionPower({ numbers: [3, 10, 59], trials: 60, stopAt: 3 });
    expect(slow).toMatchObject({ trials: 20, hunted: 60 });
  });

  it("is 'more than' where nothing was convicted", () => {
    const power = detectionPower({ numbers: [], trials: 300, stopAt: 5 });
    expect(power).toMatchObject({ trials: null, high: null, convictions: 0, hunted: 300 });
    // 1 / (1 - 0.05^(1/300)) = 100.6: the rule of three.
    expect(power.low).toBeCloseTo(100.64, 1);
    expect(detectionPower({ numbers: [], trials: 0, stopAt: 5 }).low).toBe(1);
  });

  it("has the bounds of a fixed number of trials where the budget ended the hunt", () => {
    const power = detectionPower({ numbers: [4, 9], trials: 24, stopAt: 9 });
    expect(power).toMatchObject({ trials: 12, convictions: 2, hunted: 24 });
    // Computed with SciPy 1.17.1: binomtest(2, 24).proportion_ci() = (0.010256, 0.269973).
    expect(1 / (power.high ?? 0)).toBeCloseTo(0.010256, 5);
    expect(1 / power.low).toBeCloseTo(0.269973, 5);
  });

  it("joins hunts that each ended at their first conviction", () => {
    expect(powerOfHunts([3, 1, 2, 2, 1])).toEqual(
      detectionPower({ numbers: [2, 3, 5, 7, 8], trials: 9, stopAt: 5 }),
    );
    expect(() => powerOfHunts([])).toThrow(RangeError);
  });

  it("covers: the true mean lies outside at most 5 % of the time, counted out", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([convictions, chance]) => {
        let missed = 0;
        // P(n) of the negative binomial law, n trials for the r-th conviction.
        let likelihood = chance ** convictions;
        for (let trials = convictions; trials < 1500 && likelihood > 1e-12; trials += 1) {
          const numbers = Array.from({ length: convictions }, (_, at) => trials - convictions + at);
          const { low, high } = detectionPower({ numbers, trials, stopAt: convictions });
          if (1 / chance < low || 1 / chance > (high ?? Infinity)) missed += likelihood;
          likelihood *= ((1 - chance) * trials) / (trials - convictions + 1);
        }
        expect(missed).toBeLessThanOrEqual(0.05 + 1e-6);
      }),
      { numRuns: 30 },
    );
  });
});
