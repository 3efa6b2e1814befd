// A sample of numbers with equal ones counted together: losses, or the buckets of a histogram.

/** Values ascend, each once; counts are whole and positive. */
export type CountedSample = readonly { readonly value: number; readonly count: number }[];

/** The sample with equal values joined, sorted, and without what was counted zero times. */
export function countedSample(
  values: Iterable<{ readonly value: number; readonly count: number }>,
): CountedSample {
  const counts = new Map<number, number>();
  for (const { value, count } of values) {
    if (count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => a.value - b.value);
}

/** How many numbers the sample has. */
export function sampleSize(sample: CountedSample): number {
  return sample.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The `rank`-th smallest number, from 1.
 * @throws RangeError where the sample has no such rank
 */
export function atRank(sample: CountedSample, rank: number): number {
  let passed = 0;
  for (const { value, count } of sample) {
    passed += count;
    if (passed >= rank && rank >= 1) return value;
  }
  throw new RangeError(`rank ${rank} of ${passed}`);
}

/** The rank of a quantile's estimate in a sample of so many: the smallest with a share of `quantile` at or below. */
export function quantileRank(size: number, quantile: number): number {
  // 0.999 * 1000 is a little more than 999 in a double; no such error may take the next rank.
  return Math.max(1, Math.ceil(quantile * size - 1e-9));
}

/** The median as an observed number: of two middle ones the smaller. */
export function medianOf(sample: CountedSample): number {
  return atRank(sample, quantileRank(sampleSize(sample), 0.5));
}
