// Bounds on a quantile that hold for any distribution: two numbers of the sample, chosen by the binomial law.
import { atRank, type CountedSample, quantileRank, sampleSize } from "./counted-sample.ts";
import { binomialAtMost } from "./special-functions.ts";

/** Ranks from 1; `null` where the sample is too small for a bound on that side. */
export interface RankBounds {
  readonly low: number | null;
  readonly high: number | null;
}

export interface QuantileBounds {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Ranks between which the quantile lies with at least this confidence, half of the rest on either side: how
 * many of `size` independent numbers lie below it is binomial, whatever their distribution (W. R. Thompson,
 * Ann. Math. Stat. 7, 1936; David and Nagaraja, Order Statistics, 3rd ed., section 7.1). With ties it
 * holds all the more.
 */
export function quantileRanks(size: number, quantile: number, confidence = 0.95): RankBounds {
  const tail = (1 - confidence) / 2;
  const below = (most: number): number => (most < 0 ? 0 : binomialAtMost(most, size, quantile));
  // The number at `rank` lies above the quantile where fewer than `rank` numbers lie below it.
  const low = lastRank(size, (rank) => below(rank - 1) <= tail);
  const high = lastRank(size, (rank) => rank === 0 || 1 - below(rank - 1) > tail) + 1;
  return { low: low === 0 ? null : low, high: high > size ? null : high };
}

/** The quantile of what the sample was drawn from, with bounds on it. */
export function quantileBounds(
  sample: CountedSample,
  quantile: number,
  confidence = 0.95,
): QuantileBounds {
  const size = sampleSize(sample);
  const { low, high } = quantileRanks(size, quantile, confidence);
  return {
    estimate: atRank(sample, quantileRank(size, quantile)),
    low: low === null ? null : atRank(sample, low),
    high: high === null ? null : atRank(sample, high),
  };
}

/**
 * The fewest independent numbers of which the largest lies at or above the quantile with this confidence,
 * one-sided (S. S. Wilks, Ann. Math. Stat. 12, 1941): 59 for p95, 299 for p99, 2995 for p99.9 with 95 %.
 */
export function fewestForQuantile(quantile: number, confidence = 0.95): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log(quantile));
}

/** The last rank from 0 that fits, where all before it fit and none behind it does; 0 where none fits. */
function lastRank(size: number, fits: (rank: number) => boolean): number {
  let low = 0;
  let high = size + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
