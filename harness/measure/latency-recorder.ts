// Latencies of one kind of call: percentiles off an HDR histogram, and counts by bucket.
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { LatencySummary } from "../measurement.ts";

/** Values above are counted as this; in nanoseconds, an hour. */
const LONGEST_NANOS = 3600 * 1e9;
const FIGURES = 3;

/** Buckets to a doubling: neighbours differ by an eighth at most. */
const SUB_BITS = 3;
const SUBS = 2 ** SUB_BITS;
/** The last bucket takes all from about two seconds on, and its bound is the longest seen. */
const BUCKETS = 32 * SUBS;

/**
 * Records latencies in nanoseconds. The percentiles are those of HdrHistogram_c, which is part of Node
 * (`perf_hooks.createHistogram`), with three significant figures.
 *
 * Its callers ask again when they were answered (a closed loop), so what the store delays is never a
 * call that was due and not made: there is no coordinated omission to correct, and none is corrected.
 * A latency here says what a caller waits, not what one would wait whose calls come at a given rate.
 */
export class LatencyRecorder {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST_NANOS,
    figures: FIGURES,
  });
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;
  #longest = 0;

  /** One call that took so many milliseconds. */
  add(millis: number): void {
    this.addNanos(millis * 1e6);
  }

  addNanos(nanos: number): void {
    const whole = Math.min(LONGEST_NANOS, Math.max(1, Math.round(nanos)));
    this.#histogram.record(whole);
    const bucket = bucketOf(whole);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    if (whole > this.#longest) this.#longest = whole;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** All zeros where nothing was recorded. */
  summary(): LatencySummary {
    const count = this.#count;
    const percentile = (percent: number): number =>
      count === 0 ? 0 : micros(this.#histogram.percentile(percent));
    return {
      count,
      p50Micros: percentile(50),
      p99Micros: percentile(99),
      p999Micros: percentile(99.9),
      maxMicros: micros(this.#longest),
      meanMicros: count === 0 ? 0 : micros(this.#histogram.mean),
      buckets: [...this.#buckets].flatMap((inside, bucket) =>
        inside === 0 ? [] : [{ upToMicros: micros(this.#boundOf(bucket)), count: inside }],
      ),
    };
  }

  #boundOf(bucket: number): number {
    return bucket === BUCKETS - 1 ? this.#longest : boundOf(bucket);
  }
}

/** Up to 8 ns one for each value, then eight for each doubling. */
function bucketOf(nanos: number): number {
  if (nanos < SUBS) return nanos;
  if (nanos >= 2 ** 31) return BUCKETS - 1;
  const exponent = 31 - Math.clz32(nanos);
  const sub = (nanos >>> (exponent - SUB_BITS)) & (SUBS - 1);
  return (exponent - SUB_BITS + 1) * SUBS + sub;
}

/** The largest value of a bucket. */
function boundOf(bucket: number): number {
  if (bucket < SUBS) return bucket;
  const shift = Math.floor(bucket / SUBS) - 1;
  return (SUBS + (bucket % SUBS) + 1) * 2 ** shift - 1;
}

function micros(nanos: number): number {
  return Math.round(nanos) / 1000;
}
