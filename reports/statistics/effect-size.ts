// How large a difference is, apart from whether it is one: the shift, and the ratio of medians with its interval.
import type { RandomStream } from "../../harness/seed.ts";
import type { Interval } from "./binomial-interval.ts";
import {
  atRank,
  type CountedSample,
  countedSample,
  medianOf,
  quantileRank,
  sampleSize,
} from "./counted-sample.ts";
import { betaQuantile } from "./special-functions.ts";

/** A ratio of two medians, head over base. */
export interface MedianRatio extends Interval {
  readonly ratio: number;
}

const REPLICATES = 2000;

/**
 * The median of all differences, head less base: how far one sample is shifted against the other (Hodges and
 * Lehmann, Ann. Math. Stat. 34, 1963). Of an even number of differences it is the smaller middle one.
 */
export function hodgesLehmannShift(base: CountedSample, head: CountedSample): number {
  const differences = head.flatMap((one) =>
    base.map((other) => ({ value: one.value - other.value, count: one.count * other.count })),
  );
  return medianOf(countedSample(differences));
}

/**
 * The ratio of the medians, with the percentile interval of a bootstrap (Efron, Ann. Stat. 7, 1979). The median of a
 * resample is drawn at once, as the number at a beta distributed share of the sample (Hutson and Ernst,
 * J. R. Stat. Soc. B 62, 2000), so that samples of any size cost the same. It assumes independent
 * numbers; those of one run of a program are less scattered than those of two.
 */
export function medianRatio(
  base: CountedSample,
  head: CountedSample,
  { random, confidence = 0.95 }: { readonly random: RandomStream; readonly confidence?: number },
): MedianRatio {
  const ratios = Array.from(
    { length: REPLICATES },
    () => resampledMedian(head, random) / resampledMedian(base, random),
  ).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  const at = (share: number): number =>
    ratios[Math.min(REPLICATES - 1, Math.floor(share * REPLICATES))] ?? 1;
  return { ratio: medianOf(head) / medianOf(base), low: at(tail), high: at(1 - tail) };
}

function resampledMedian(sample: CountedSample, random: RandomStream): number {
  const size = sampleSize(sample);
  const rank = quantileRank(size, 0.5);
  const share = betaQuantile(rank, size - rank + 1, random.unit());
  return atRank(sample, Math.min(size, Math.floor(share * size) + 1));
}
