// The exact upper bound on a chance, from how often a thing happened in independent tries.
import { createRequire } from "node:module";

// The CommonJS build is ready once it is loaded; the other would make each importer wait for it.
const { incbi }: { readonly incbi: (a: number, b: number, probability: number) => number } =
  createRequire(import.meta.url)("cephes");

/**
 * The one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934): the chance at which
 * `hits` or fewer in `tries` has become as rare as 1 - `confidence`. `null` without tries.
 *
 * A campaign that stops at the r-th hit may use it too: the bound for that way of sampling rests on
 * "at most r-1 in n-1", which is the rarer event, so this one lies on the safe side of it.
 */
export function upperBound(hits: number, tries: number, confidence = 0.95): number | null {
  if (tries === 0) return null;
  return hits >= tries ? 1 : 1 - incbi(tries - hits, hits + 1, 1 - confidence);
}
