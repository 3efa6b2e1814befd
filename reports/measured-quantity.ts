// Measured quantities as people read them: three figures at most, with a unit. Pure.

/** As `0.45 us`, `255 us`, `2.13 ms`, `1.5 s`. */
export function microsText(micros: number): string {
  if (micros < 1000) return `${figures(micros)} us`;
  if (micros < 1e6) return `${figures(micros / 1000)} ms`;
  return `${figures(micros / 1e6)} s`;
}

/** As `64 B`, `6.19 KiB`, `1.43 MiB`, `8 GiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${figures(bytes)} B`;
  if (bytes < 2 ** 20) return `${figures(bytes / 1024)} KiB`;
  if (bytes < 2 ** 30) return `${figures(bytes / 2 ** 20)} MiB`;
  return `${figures(bytes / 2 ** 30)} GiB`;
}

/** A whole number with a comma for each thousand. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Syncs an append: 1.00, or how many appends share one, or 0; `-` where they were not counted. */
export function syncsText(syncsPerAppend: number | null): string {
  if (syncsPerAppend === null) return "-";
  if (syncsPerAppend === 0) return "0";
  if (syncsPerAppend > 0.995) return syncsPerAppend.toFixed(2);
  const shared = 1 / syncsPerAppend;
  return `1/${shared < 100 ? figures(shared) : countText(shared)}`;
}

/** Three figures, and all of a larger number's before the point. */
function figures(value: number): string {
  if (value >= 100) return countText(value);
  return String(Number(value.toPrecision(3)));
}
