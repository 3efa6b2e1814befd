// Holm's correction against R's p.adjust, and its properties.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { holmAdjusted } from "./holm.ts";

it("agrees with Holm's procedure done by hand, as R's p.adjust does it", () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"): 0.03 0.06 0.06 0.02.
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) {
    expect(adjusted[index]).toBeCloseTo(expected, 12);
  }
  expect(holmAdjusted([])).toEqual([]);
  expect(holmAdjusted([0.7])).toEqual([0.7]);
});

it("lies between the p-value and Bonferroni's, and keeps their order", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
      const adjusted = holmAdjusted(pValues);
      const order = pValues
        .map((_, index) => index)
        .toSorted((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
      let last = 0;
      for (const index of order) {
        const own = pValues[index] ?? 0;
        const raised = adjusted[index] ?? 0;
        expect(raised).toBeGreaterThanOrEqual(Math.max(own, last));
        expect(raised).toBeLessThanOrEqual(Math.min(1, own * pValues.length));
        last = raised;
      }
    }),
  );
});
