// The test of Mann, Whitney and Wilcoxon: whether one sample tends to be larger than another; with ties.
import { type CountedSample, sampleSize } from "./counted-sample.ts";
import { logChoose, normalBeyond } from "./special-functions.ts";

/** What the comparison of two samples came to. */
export interface RankTest {
  /** Pairs in which the head's number is the larger, ties as a half. */
  readonly statistic: number;
  /** The share of such pairs: 0.5 where neither tends to be larger (Vargha and Delaney, 2000). */
  readonly superiority: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: "exact" | "normal";
}

/** Up to so many numbers in both samples the permutations are counted out. */
const EXACT_MAX = 50;

/**
 * Numbers within a sample are independent of each other. With at most 50 of them in both the p-value counts all
 * ways to deal the same ranks to two samples (twice the smaller tail); else it is that of the normal
 * law, with the variance corrected for ties and a continuity correction (Mann and Whitney, Ann. Math.
 * Stat. 18, 1947; Lehmann, Nonparametrics, 1975, section 1.4).
 *
 * `clusterSize` above 1 says that numbers come in groups that may be alike, of so many on average: the variance
 * is then taken as large as if all of a group were equal (the design effect of L. Kish, Survey Sampling, 1965).
 */
export function rankTest(base: CountedSample, head: CountedSample, clusterSize = 1): RankTest {
  const baseSize = sampleSize(base);
  const headSize = sampleSize(head);
  if (baseSize === 0 || headSize === 0) {
    return { statistic: 0, superiority: 0.5, pValue: 1, method: "exact" };
  }
  const groups = tieGroups(base, head);
  const statistic = headPairs(groups);
  const superiority = statistic / (baseSize * headSize);
  const exact = clusterSize === 1 && baseSize + headSize <= EXACT_MAX;
  const pValue = exact
    ? exactTail(groups, headSize)
    : normalTail(groups, statistic, { baseSize, headSize, clusterSize });
  return { statistic, superiority, pValue, method: exact ? "exact" : "normal" };
}

/** How often one value was seen in either sample. */
interface TieGroup {
  readonly base: number;
  readonly head: number;
}

function tieGroups(base: CountedSample, head: CountedSample): readonly TieGroup[] {
  const counts = new Map<number, { base: number; head: number }>();
  const at = (value: number): { base: number; head: number } => {
    const found = counts.get(value) ?? { base: 0, head: 0 };
    counts.set(value, found);
    return found;
  };
  for (const { value, count } of base) at(value).base += count;
  for (const { value, count } of head) at(value).head += count;
  return [...counts].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}

function headPairs(groups: readonly TieGroup[]): number {
  let baseBelow = 0;
  let pairs = 0;
  for (const { base, head } of groups) {
    pairs += head * (baseBelow + base / 2);
    baseBelow += base;
  }
  return pairs;
}

interface Sizes {
  readonly baseSize: number;
  readonly headSize: number;
  readonly clusterSize: number;
}

function normalTail(groups: readonly TieGroup[], statistic: number, sizes: Sizes): number {
  const { baseSize, headSize, clusterSize } = sizes;
  const size = baseSize + headSize;
  const ties = groups.reduce((sum, { base, head }) => sum + ((base + head) ** 3 - base - head), 0);
  const spread = size + 1 - ties / (size * (size - 1));
  const variance = ((baseSize * headSize) / 12) * spread * clusterSize;
  if (variance <= 0) return 1;
  const off = Math.max(0, Math.abs(statistic - (baseSize * headSize) / 2) - 0.5);
  return normalBeyond(off / Math.sqrt(variance));
}

/** Ways to choose the head's numbers, by their number and their doubled rank sum, as logarithms of none. */
function exactTail(groups: readonly TieGroup[], headSize: number): number {
  const { ways, observed } = countWays(groups, headSize);
  let below = 0;
  let above = 0;
  for (const [sum, count] of ways) {
    if (sum <= observed) below += count;
    if (sum >= observed) above += count;
  }
  const size = groups.reduce((all, { base, head }) => all + base + head, 0);
  const all = Math.exp(logChoose(size, headSize));
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

/** Group by group, from the smallest value: how many ways lead to each doubled sum of the head's mid-ranks. */
function countWays(
  groups: readonly TieGroup[],
  headSize: number,
): { readonly ways: ReadonlyMap<number, number>; readonly observed: number } {
  let bySize: Map<number, number>[] = Array.from({ length: headSize + 1 }, () => new Map());
  bySize[0]?.set(0, 1);
  let ranked = 0;
  let observed = 0;
  for (const { base, head } of groups) {
    const tied = base + head;
    const doubledRank = 2 * ranked + tied + 1;
    bySize = dealGroup(bySize, tied, doubledRank);
    observed += head * doubledRank;
    ranked += tied;
  }
  return { ways: bySize[headSize] ?? new Map(), observed };
}

function dealGroup(
  bySize: readonly ReadonlyMap<number, number>[],
  tied: number,
  doubledRank: number,
): Map<number, number>[] {
  const next: Map<number, number>[] = bySize.map(() => new Map());
  for (const [chosen, sums] of bySize.entries()) {
    for (let more = 0; more <= tied && chosen + more < bySize.length; more += 1) {
      const choices = Math.round(Math.exp(logChoose(tied, more)));
      const into = next[chosen + more];
      for (const [sum, count] of sums) {
        const key = sum + more * doubledRank;
        into?.set(key, (into.get(key) ?? 0) + count * choices);
      }
    }
  }
  return next;
}
