// Fisher's exact test: whether two counts "k of n" and "l of m" may come from one chance.
import { logChoose } from "./special-functions.ts";

/** `hits` of `tries`. */
export interface Share {
  readonly hits: number;
  readonly tries: number;
}

/** Tables whose chances differ by rounding count as equally rare, as R does. */
const SLACK = 1e-7;

/**
 * Two-sided p-value: the chance, with all four margins given, of a table that is as rare as this one or rarer
 * (R. A. Fisher, Statistical Methods for Research Workers, 1934, section 21.02; Agresti, Categorical Data
 * Analysis, 2002, section 3.5). It assumes independent tries, their numbers fixed beforehand.
 */
export function fisherExact(base: Share, head: Share): number {
  const hits = base.hits + head.hits;
  const tries = base.tries + head.tries;
  const whole = logChoose(tries, hits);
  const chance = (own: number): number =>
    Math.exp(logChoose(base.tries, own) + logChoose(head.tries, hits - own) - whole);
  const limit = chance(base.hits) * (1 + SLACK);
  let pValue = 0;
  for (let own = Math.max(0, hits - head.tries); own <= Math.min(hits, base.tries); own += 1) {
    const likely = chance(own);
    if (likely <= limit) pValue += likely;
  }
  return Math.min(1, pValue);
}
