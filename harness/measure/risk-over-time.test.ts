// Quantiles and shares of hand-made windows over time.
import { describe, expect, test } from "vitest";
import { riskOverTime, type TimedLevel } from "./risk-over-time.ts";

const STRETCH = { startMs: 100, endMs: 110, recordBytes: 64, exact: true, appends: 3 };

describe("a sawtooth", () => {
  // Answers at 102 and 104, a sync that ends at 108.
  const levels: readonly TimedLevel[] = [
    { atMs: 90, records: 0, oldestAtMs: undefined },
    { atMs: 102, records: 1, oldestAtMs: 102 },
    { atMs: 104, records: 2, oldestAtMs: 102 },
    { atMs: 108, records: 0, oldestAtMs: undefined },
  ];
  const measured = riskOverTime(levels, STRETCH);

  test("shares of the time add up, by level", () => {
    expect(measured.distribution).toEqual([
      { records: 0, share: 0.4 },
      { records: 1, share: 0.2 },
      { records: 2, share: 0.4 },
    ]);
    expect(measured.records).toEqual({ p50: 1, p90: 2, p99: 2, max: 2 });
    expect(measured.bytes).toEqual({ p50: 64, p90: 128, p99: 128, max: 128 });
    expect(measured).toMatchObject({ grounds: "exact", durationMillis: 10, appends: 3 });
  });

  test("ages grow while the oldest record waits: 6 ms of 10 with one, from 0 to 6 ms", () => {
    expect(measured.millis.max).toBe(6);
    expect(measured.millis.p50).toBeCloseTo(1, 3);
    expect(measured.millis.p90).toBeCloseTo(5, 3);
  });

  test("the series starts with the first append", () => {
    expect(measured.series).toEqual([
      { atMillis: 0, records: 0, bytes: 0, millis: 0 },
      { atMillis: 2, records: 1, bytes: 64, millis: 0 },
      { atMillis: 4, records: 2, bytes: 128, millis: 2 },
      { atMillis: 8, records: 0, bytes: 0, millis: 0 },
    ]);
  });
});

test("a ramp reaches its height with the last answer, which takes no time", () => {
  const levels: readonly TimedLevel[] = [
    { atMs: 90, records: 0, oldestAtMs: undefined },
    { atMs: 104, records: 1, oldestAtMs: 104 },
    { atMs: 110, records: 2, oldestAtMs: 104 },
  ];
  const measured = riskOverTime(levels, { ...STRETCH, exact: false });
  expect(measured.records.max).toBe(2);
  expect(measured.millis.max).toBe(6);
  expect(measured.grounds).toBe("at-least");
  expect(measured.distribution.at(-1)).toEqual({ records: 2, share: 0 });
});

test("what lies before the first append is not in it", () => {
  const levels: readonly TimedLevel[] = [
    { atMs: 10, records: 7, oldestAtMs: 10 },
    { atMs: 20, records: 0, oldestAtMs: undefined },
  ];
  const measured = riskOverTime(levels, STRETCH);
  expect(measured.records.max).toBe(0);
  expect(measured.millis).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
});

test("a series is cut and its quantiles are of all", () => {
  const levels = Array.from({ length: 5000 }, (_, index): TimedLevel => {
    return { atMs: 100 + index / 500, records: index, oldestAtMs: 100 };
  });
  const measured = riskOverTime(levels, STRETCH);
  expect(measured.series).toHaveLength(2000);
  expect(measured.records.max).toBe(4999);
});
