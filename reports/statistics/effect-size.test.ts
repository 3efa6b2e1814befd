// Shift and ratio: R's estimate, a bootstrap done the long way, and what scaling does.
import { describe, expect, it } from "vitest";
import { stream } from "../../harness/seed.ts";
import { type CountedSample, countedSample, medianOf } from "./counted-sample.ts";
import { hodgesLehmannShift, medianRatio } from "./effect-size.ts";

const counted = (values: readonly number[]): CountedSample =>
  countedSample(values.map((value) => ({ value, count: 1 })));

describe("hodgesLehmannShift", () => {
  it("agrees with R's manual page of wilcox.test, conf.int = TRUE: 0.305", () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    // R takes the mean of the two middle differences, 0.3 and 0.31; here it is the smaller.
    expect(hodgesLehmannShift(counted(early), counted(term))).toBeCloseTo(0.3, 9);
  });

  it("finds a shift whatever the counts", () => {
    const base = [
      { value: 1, count: 5 },
      { value: 4, count: 11 },
      { value: 9, count: 3 },
    ];
    const moved = base.map(({ value, count }) => ({ value: value + 7, count }));
    expect(hodgesLehmannShift(base, moved)).toBe(7);
    expect(hodgesLehmannShift(base, base)).toBe(0);
  });
});

describe("medianRatio", () => {
  const base = counted(Array.from({ length: 101 }, (_, index) => 100 + index));
  const head = base.map(({ value, count }) => ({ value: value * 2, count }));

  it("is the ratio of medians, within its interval, the same for the same stream", () => {
    const ratio = medianRatio(base, head, { random: stream(1, "bootstrap") });
    expect(ratio.ratio).toBe(2);
    expect(ratio.low).toBeLessThan(2);
    expect(ratio.high).toBeGreaterThan(2);
    expect(medianRatio(base, head, { random: stream(1, "bootstrap") })).toEqual(ratio);
  });

  it("has about the interval of a bootstrap that draws each number", () => {
    const random = stream(5, "bootstrap");
    const values = base.map(({ value }) => value);
    const resample = (): number =>
      medianOf(counted(values.map(() => values[random.below(values.length)] ?? 0)));
    const ratios = Array.from({ length: 2000 }, () => (2 * resample()) / resample()).sort(
      (a, b) => a - b,
    );
    const { low, high } = medianRatio(base, head, { random });
    expect(low).toBeCloseTo(ratios[50] ?? 0, 1);
    expect(high).toBeCloseTo(ratios[1949] ?? 0, 1);
  });

  it("narrows with the sample", () => {
    const random = stream(6, "bootstrap");
    const often = base.map(({ value }) => ({ value, count: 100 }));
    const few = medianRatio(base, base, { random });
    const many = medianRatio(often, often, { random });
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 5);
  });
});
