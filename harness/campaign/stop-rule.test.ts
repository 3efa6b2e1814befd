// The rules that end a row: published plans, and error rates counted out over all courses.
import { describe, expect, it } from "vitest";
import { upperBound } from "./binomial-bound.ts";
import { curtailed, type SequentialPlan, sequentialTest, trialsForBound } from "./stop-rule.ts";

/** NIST/SEMATECH e-Handbook of Statistical Methods, section 6.2.6: p1 = 0.01, p2 = 0.10, alpha = 0.05, beta = 0.10. */
const NIST: SequentialPlan = {
  acceptable: 0.01,
  rejectable: 0.1,
  falseAlarms: 0.05,
  misses: 0.1,
};

const decide = (trials: number, violations: number): string =>
  sequentialTest({ trials, violations }, NIST);

describe("trialsForBound", () => {
  it("agrees with Wilks, and with the exact bound", () => {
    expect([0.05, 0.01, 0.001].map((chance) => trialsForBound(chance))).toEqual([59, 299, 2995]);
    for (const chance of [0.3, 0.05, 0.013]) {
      const trials = trialsForBound(chance);
      expect(upperBound(0, trials)).toBeLessThanOrEqual(chance);
      expect(upperBound(0, trials - 1)).toBeGreaterThan(chance);
    }
    expect(() => trialsForBound(0)).toThrow(RangeError);
    expect(() => trialsForBound(0.1, 1)).toThrow(RangeError);
  });
});

describe("curtailed", () => {
  it("goes on until the number is reached or one convicts", () => {
    expect(curtailed({ trials: 58, violations: 0 }, 59)).toBe("go-on");
    expect(curtailed({ trials: 59, violations: 0 }, 59)).toBe("enough");
    expect(curtailed({ trials: 3, violations: 1 }, 59)).toBe("enough");
  });
});

describe("sequentialTest", () => {
  it("has the lines of NIST's plan: accept below -0.939 + 0.0397 n, reject above 1.205 + 0.0397 n", () => {
    // Its formulas, computed by hand: h1 = ln(0.95 / 0.10) / k = 0.939, h2 = ln(0.90 / 0.05) / k = 1.205, s = ln(0.99 / 0.90) / k =
    // 0.0397, with k = ln(0.1 * 0.99 / (0.01 * 0.9)) = 2.398. None is accepted from -0.939 + 0.0397 * 24 = 0.014.
    expect(decide(23, 0)).toBe("go-on");
    expect(decide(24, 0)).toBe("at-most");
    expect(decide(24, 2)).toBe("go-on");
    expect(decide(24, 3)).toBe("at-least");
    expect(decide(2, 2)).toBe("at-least");
    expect(decide(1, 1)).toBe("go-on");
    expect(decide(49, 1)).toBe("at-most");
    expect(decide(0, 0)).toBe("go-on");
  });

  it("keeps Wald's limits on both error rates, counted out, and ends", () => {
    for (const plan of [
      NIST,
      { acceptable: 0.1, rejectable: 0.3, falseAlarms: 0.02, misses: 0.03 },
    ]) {
      const good = ends(plan, plan.acceptable);
      const bad = ends(plan, plan.rejectable);
      expect(good.open).toBeLessThan(1e-6);
      expect(bad.open).toBeLessThan(1e-6);
      expect(good.atLeast).toBeLessThanOrEqual(plan.falseAlarms / (1 - plan.misses));
      expect(bad.atMost).toBeLessThanOrEqual(plan.misses / (1 - plan.falseAlarms));
      expect(good.atLeast + bad.atMost).toBeLessThanOrEqual(plan.falseAlarms + plan.misses);
    }
  });

  it("refuses a plan that makes no sense", () => {
    for (const wrong of [
      { acceptable: 0 },
      { rejectable: 0.005 },
      { falseAlarms: 1 },
      { misses: 0.97 },
    ]) {
      expect(() => sequentialTest({ trials: 1, violations: 0 }, { ...NIST, ...wrong })).toThrow(
        RangeError,
      );
    }
  });
});

/** How likely each end is where trials convict with this chance: all courses of 3000 trials. */
function ends(
  plan: SequentialPlan,
  chance: number,
): { readonly atMost: number; readonly atLeast: number; readonly open: number } {
  let open = new Map([[0, 1]]);
  let atMost = 0;
  let atLeast = 0;
  for (let trials = 1; trials <= 3000; trials += 1) {
    const next = new Map<number, number>();
    for (const [violations, likely] of open) {
      for (const [found, share] of [
        [violations, 1 - chance],
        [violations + 1, chance],
      ] as const) {
        const decision = sequentialTest({ trials, violations: found }, plan);
        if (decision === "at-most") atMost += likely * share;
        else if (decision === "at-least") atLeast += likely * share;
        else next.set(found, (next.get(found) ?? 0) + likely * share);
      }
    }
    open = next;
  }
  return { atMost, atLeast, open: [...open.values()].reduce((sum, likely) => sum + likely, 0) };
}
