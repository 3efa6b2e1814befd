// The risk window over time: shares of the time at each level, quantiles, and the series. Pure.
import type { RiskInstant, RiskQuantiles, RiskWindowMeasurement } from "../measurement.ts";

/** From this moment on, until the next entry's, in milliseconds of one clock. */
export interface TimedLevel {
  readonly atMs: number;
  readonly records: number;
  /** When the oldest record that would be lost was acknowledged; `undefined` where none would be. */
  readonly oldestAtMs: number | undefined;
}

/** The stretch in which records were appended. */
export interface RiskStretch {
  readonly startMs: number;
  /** When the last answer came. */
  readonly endMs: number;
  readonly recordBytes: number;
  readonly exact: boolean;
  readonly appends: number;
}

/** Most entries of a series. */
const SERIES_MAX = 2000;
/** Halvings that bring a time of days below a nanosecond. */
const HALVINGS = 60;

/** A time in which the level stays, and the age of its oldest record grows. */
interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly records: number;
  /** At the beginning; 0 where nothing is at risk. */
  readonly ageMs: number;
}

/** The measurement of these levels, of which the first is no later than the stretch's start. */
export function riskOverTime(
  levels: readonly TimedLevel[],
  stretch: RiskStretch,
): RiskWindowMeasurement {
  const { startMs, endMs, recordBytes } = stretch;
  const spans = spansOf(levels, stretch);
  const records = recordQuantiles(spans);
  return {
    grounds: stretch.exact ? "exact" : "at-least",
    records,
    bytes: mapQuantiles(records, (count) => count * recordBytes),
    millis: ageQuantiles(spans, endMs - startMs),
    distribution: distributionOf(spans),
    series: spans.slice(0, SERIES_MAX).map(
      (span): RiskInstant => ({
        atMillis: rounded(span.fromMs - startMs),
        records: span.records,
        bytes: span.records * recordBytes,
        millis: rounded(span.ageMs),
      }),
    ),
    durationMillis: rounded(endMs - startMs),
    appends: stretch.appends,
  };
}

/** Levels within the stretch; of those at one moment the last, but each at the end counts. */
function spansOf(levels: readonly TimedLevel[], { startMs, endMs }: RiskStretch): readonly Span[] {
  const spans: Span[] = [];
  for (const [index, level] of levels.entries()) {
    const nextMs = levels[index + 1]?.atMs ?? endMs;
    const fromMs = Math.max(level.atMs, startMs);
    const untilMs = Math.min(nextMs, endMs);
    const isLast = fromMs === endMs && level.atMs <= endMs;
    if (untilMs <= fromMs && !isLast) continue;
    const ageMs = level.oldestAtMs === undefined ? 0 : fromMs - level.oldestAtMs;
    spans.push({ fromMs, lengthMs: Math.max(0, untilMs - fromMs), records: level.records, ageMs });
  }
  return spans;
}

function distributionOf(spans: readonly Span[]): RiskWindowMeasurement["distribution"] {
  const lengths = new Map<number, number>();
  for (const { records, lengthMs } of spans) {
    lengths.set(records, (lengths.get(records) ?? 0) + lengthMs);
  }
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const share = (length: number): number => (total === 0 ? 1 / lengths.size : length / total);
  return [...lengths]
    .sort(([one], [other]) => one - other)
    .map(([records, length]) => ({ records, share: share(length) }));
}

/** The least level at or below which the window is for so much of the time. */
function recordQuantiles(spans: readonly Span[]): RiskQuantiles {
  const distribution = distributionOf(spans);
  const quantile = (wanted: number): number => {
    let passed = 0;
    for (const { records, share } of distribution) {
      passed += share;
      // Shares are sums of differences of times: a hair is no level.
      if (passed >= wanted - 1e-12) return records;
    }
    return distribution.at(-1)?.records ?? 0;
  };
  const max = Math.max(0, ...distribution.map(({ records }) => records));
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), max };
}

function ageQuantiles(spans: readonly Span[], durationMs: number): RiskQuantiles {
  const isOpen = ({ records }: Span): boolean => records > 0;
  const max = spans
    .filter(isOpen)
    .reduce((most, { ageMs, lengthMs }) => Math.max(most, ageMs + lengthMs), 0);
  /** How long the oldest was at most so old. */
  const lengthUpTo = (age: number): number =>
    spans.reduce((sum, span) => {
      if (!isOpen(span)) return sum + span.lengthMs;
      return sum + Math.min(span.lengthMs, Math.max(0, age - span.ageMs));
    }, 0);
  const quantile = (wanted: number): number => {
    if (lengthUpTo(0) >= wanted * durationMs) return 0;
    let low = 0;
    let high = max;
    for (let step = 0; step < HALVINGS; step += 1) {
      const middle = (low + high) / 2;
      if (lengthUpTo(middle) >= wanted * durationMs) high = middle;
      else low = middle;
    }
    return high;
  };
  const exact = { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), max };
  return mapQuantiles(exact, rounded);
}

function mapQuantiles(
  { p50, p90, p99, max }: RiskQuantiles,
  change: (value: number) => number,
): RiskQuantiles {
  return { p50: change(p50), p90: change(p90), p99: change(p99), max: change(max) };
}

/** To a tenth of a microsecond: the clock tells no more. */
function rounded(millis: number): number {
  return Math.round(millis * 1e4) / 1e4;
}
