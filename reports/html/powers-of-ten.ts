// Ticks of a logarithmic axis: the powers of ten that its values span.

/** The powers within the domain, ends included; both ends are positive. */
export function powersOfTen([least, most]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const length = Math.max(0, last - first + 1);
  return Array.from({ length }, (_, index) => Number(`1e${first + index}`));
}
