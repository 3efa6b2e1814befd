// Ticks of an axis of counts: whole numbers, a handful of them.

/** From 0 to `most` in steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(most: number): number[] {
  const rough = Math.max(1, most / 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}
