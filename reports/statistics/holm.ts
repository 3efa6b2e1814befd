// Many tests in one comparison: p-values raised so that all of them together are wrong as rarely as one may be.

/**
 * Holm's step-down correction, in the order given: a p-value at or below the error rate says so for the whole
 * family, whatever depends on what (S. Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).toSorted((a, b) => at(a) - at(b));
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [place, index] of order.entries()) {
    least = Math.max(least, Math.min(1, at(index) * (pValues.length - place)));
    adjusted[index] = least;
  }
  return adjusted;

  function at(index: number): number {
    return pValues[index] ?? 1;
  }
}
