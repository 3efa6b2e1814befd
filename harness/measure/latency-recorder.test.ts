// Percentiles and buckets of known latencies.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LatencyRecorder } from "./latency-recorder.ts";

function recorded(nanos: readonly number[]): LatencyRecorder {
  const recorder = new LatencyRecorder();
  for (const each of nanos) recorder.addNanos(each);
  return recorder;
}

test("percentiles have three significant figures", () => {
  const summary = recorded(
    Array.from({ length: 1000 }, (_, index) => (index + 1) * 1000),
  ).summary();
  expect(summary.count).toBe(1000);
  expect(summary.p50Micros / 500).toBeCloseTo(1, 2);
  expect(summary.p99Micros / 990).toBeCloseTo(1, 2);
  expect(summary.p999Micros / 999).toBeCloseTo(1, 2);
  expect(summary.maxMicros).toBe(1000);
  expect(summary.meanMicros / 500.5).toBeCloseTo(1, 2);
});

test("milliseconds are a million nanoseconds", () => {
  const recorder = new LatencyRecorder();
  recorder.add(0.25);
  expect(recorder.summary()).toMatchObject({ count: 1, maxMicros: 250 });
});

test("of nothing all is zero", () => {
  expect(new LatencyRecorder().summary()).toEqual({
    count: 0,
    p50Micros: 0,
    p99Micros: 0,
    p999Micros: 0,
    maxMicros: 0,
    meanMicros: 0,
    buckets: [],
  });
});

test("buckets ascend, none is empty, and each value lies in its own, an eighth wide", () => {
  const latency = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 33 }));
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1, maxLength: 50 }), (nanos) => {
      const { buckets, count } = recorded(nanos).summary();
      let below = 0;
      let passed = 0;
      for (const bucket of buckets) {
        const inside = nanos.filter(
          (each) => each / 1000 > below && each / 1000 <= bucket.upToMicros,
        );
        expect(inside.length).toBe(bucket.count);
        const least = Math.min(...inside);
        if (least < 2 ** 31)
          expect(bucket.upToMicros * 1000).toBeLessThanOrEqual(least * 1.125 + 1);
        below = bucket.upToMicros;
        passed += bucket.count;
      }
      expect(passed).toBe(count);
    }),
  );
});
