// Whether a sample has outgrown another: its numbers beyond all of the other's, as a test.
import { type CountedSample, sampleSize } from "./counted-sample.ts";
import { logChoose } from "./special-functions.ts";

/**
 * How rarely the largest so many numbers of both samples would all be the head's, were they drawn alike: S. Rosenbaum,
 * Ann. Math. Stat. 25 (1954). One-sided; 1 where the head has none beyond the base.
 *
 * `clusterSize` above 1 says that numbers come in groups that may be alike, of so many on average: then each
 * group counts once.
 */
export function exceedanceTest(base: CountedSample, head: CountedSample, clusterSize = 1): number {
  const most = base.at(-1)?.value ?? Infinity;
  const once = (count: number): number => Math.floor(count / clusterSize);
  const beyond = once(sampleSize(head.filter(({ value }) => value > most)));
  const headSize = once(sampleSize(head));
  const size = headSize + once(sampleSize(base));
  return Math.exp(logChoose(headSize, beyond) - logChoose(size, beyond));
}
