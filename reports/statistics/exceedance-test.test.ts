// Rosenbaum's test against all ways to deal the numbers, and what groups do to it.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countedSample } from "./counted-sample.ts";
import { exceedanceTest } from "./exceedance-test.ts";

const counted = (values: readonly number[]): ReturnType<typeof countedSample> =>
  countedSample(values.map((value) => ({ value, count: 1 })));

describe("exceedanceTest", () => {
  it("is the chance that the largest numbers are all the head's", () => {
    // Two of five beyond all five: (5 * 4) / (10 * 9), counted by hand.
    expect(exceedanceTest(counted([1, 2, 3, 4, 5]), counted([1, 2, 3, 6, 7]))).toBeCloseTo(
      20 / 90,
      9,
    );
    // All beyond all: one of C(10, 5) = 252 ways.
    expect(exceedanceTest(counted([1, 2, 3, 4, 5]), counted([6, 7, 8, 9, 10]))).toBeCloseTo(
      1 / 252,
      9,
    );
  });

  it("says nothing where the head has none beyond, or the base has no number", () => {
    expect(exceedanceTest(counted([1, 9]), counted([3, 9]))).toBeCloseTo(1, 9);
    expect(exceedanceTest([], counted([1]))).toBeCloseTo(1, 9);
  });

  it("counts a group once", () => {
    const base = [{ value: 5, count: 30 }];
    const head = [
      { value: 5, count: 24 },
      { value: 6, count: 6 },
    ];
    expect(exceedanceTest(base, head, 3)).toBeCloseTo(
      exceedanceTest(
        [{ value: 5, count: 10 }],
        [
          { value: 5, count: 8 },
          { value: 6, count: 2 },
        ],
      ),
      9,
    );
  });

  it("is wrong at most as often as it says: over all orders of eight numbers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (size, limit) => {
          let rejected = 0;
          let ways = 0;
          for (let chosen = 0; chosen < 256; chosen += 1) {
            const isHead = (value: number): boolean => Math.floor(chosen / 2 ** value) % 2 === 1;
            const values = Array.from({ length: 8 }, (_, value) => value);
            const head = values.filter((value) => isHead(value));
            if (head.length !== size) continue;
            ways += 1;
            const base = values.filter((value) => !isHead(value));
            if (exceedanceTest(counted(base), counted(head)) <= limit) rejected += 1;
          }
          expect(rejected / ways).toBeLessThanOrEqual(limit + 1e-9);
        },
      ),
    );
  });
});
