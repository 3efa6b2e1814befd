// The exact upper bound on a chance, from how often a thing happened in independent tries.

const HALVINGS = 60;

/** log(exp(a) + exp(b)) without leaving the range of a double. */
function addLogs(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** log P(X <= hits) for X binomial over `tries` with this chance; 0 < chance < 1. */
function logLowerTail(hits: number, tries: number, chance: number): number {
  const logOdds = Math.log(chance) - Math.log1p(-chance);
  let term = tries * Math.log1p(-chance);
  let sum = term;
  for (let i = 1; i <= hits; i += 1) {
    term += Math.log((tries - i + 1) / i) + logOdds;
    sum = addLogs(sum, term);
  }
  return sum;
}

/**
 * The one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934): the chance at which
 * `hits` or fewer in `tries` has become as rare as 1 - `confidence`. `null` without tries.
 *
 * A campaign that stops at the r-th hit may use it too: the bound for that way of sampling rests on
 * "at most r-1 in n-1", which is the rarer event, so this one lies on the safe side of it.
 */
export function upperBound(hits: number, tries: number, confidence = 0.95): number | null {
  if (tries === 0) return null;
  if (hits >= tries) return 1;
  const logLimit = Math.log1p(-confidence);
  let low = hits / tries;
  let high = 1;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    // At `middle` = 0 or 1 the logarithms have no value; halving (0, 1) never gets there in 60 steps.
    if (logLowerTail(hits, tries, middle) > logLimit) low = middle;
    else high = middle;
  }
  return high;
}
