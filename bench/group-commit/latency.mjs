// Percentiles of samples, and the middle of a few rounds.

/** The smallest sample that so many of a hundred do not exceed (nearest rank); NaN of none. */
function percentile(sorted, percent) {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Median and 99th percentile of samples, in their unit. */
export function latenciesOf(samples) {
  const sorted = Float64Array.from(samples).sort();
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) };
}

/** The median: of an even count the lower of the two in the middle. */
export function median(values) {
  return percentile(
    values.toSorted((one, other) => one - other),
    50,
  );
}
