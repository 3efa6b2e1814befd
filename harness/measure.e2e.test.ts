// A short measurement with real children on a real disk: counts, orders and exact facts, never how fast it was.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measuredSettings } from "../scenarios/measured-settings.ts";
import { walScenarios } from "../scenarios/wal-scenarios.ts";
import { readInstallation } from "./installation.ts";
import type { MeasureEvent } from "./measure/measure-event.ts";
import { runMeasurement } from "./measure.ts";
import type { MeasuredSetting, RiskWindowMeasurement } from "./measurement.ts";
import type { CampaignResult } from "./result.ts";

const IDS = [
  "wal/sync 64 B",
  "wal/batch N=10 64 B",
  "wal/none 64 B",
  "wal/flush 64 B",
  "wal/group callers=16 64 B",
];
/** Small: all of it is the minimum that a setting takes. */
const TIME_MS = 4000;
const SEGMENT_BYTES = 16 * 2 ** 20;
/** A rotation syncs the old segment, the new one and the directory. */
const SYNCS_A_ROTATION = 3;

let folder: string;
let result: CampaignResult;
const events: MeasureEvent[] = [];

beforeAll(async () => {
  // In the checkout, for a temporary folder may be in memory, which is refused.
  folder = mkdtempSync(join(readInstallation().root, "node_modules", ".measure-"));
  mkdirSync(join(folder, "disk"));
  result = await runMeasurement({
    settings: measuredSettings(walScenarios)
      .filter(({ id }) => IDS.includes(id))
      .map((setting) => ({ ...setting, killWeight: setting.callers === 1 ? 1 : 0 })),
    seed: 7,
    timeLimitMs: TIME_MS,
    directory: join(folder, "disk"),
    out: join(folder, "report"),
    onEvent: (event) => events.push(event),
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settingOf(mode: string): MeasuredSetting {
  const setting = result.measurement?.settings.find((each) => each.mode === mode);
  if (setting === undefined)
    throw new Error(`${mode} was not measured: ${JSON.stringify(result.notRun)}`);
  return setting;
}

function windowOf(mode: string, fault: "kill" | "power"): RiskWindowMeasurement {
  const window = settingOf(mode).risk?.[fault];
  if (window === undefined) throw new Error(`${mode} has no window`);
  return window;
}

test("every setting was measured, and it says so", () => {
  expect(result).toMatchObject({
    complete: true,
    interrupted: false,
    verdict: "measured",
    scenarios: [],
    notRun: [],
  });
  expect(result.measurement?.settings.map(({ id }) => id)).toEqual(IDS);
  const saved: CampaignResult = JSON.parse(
    readFileSync(join(folder, "report", "result.json"), "utf8"),
  );
  expect(saved).toEqual(JSON.parse(JSON.stringify(result)));
});

test("events come in order, and the last step is the last", () => {
  expect(events[0]).toEqual({ kind: "started", steps: 13, seed: 7 });
  const ended = events.filter((event) => event.kind === "step-ended");
  expect(ended.map(({ step }) => step)).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
  expect(events.at(-1)?.kind).toBe("ended");
});

test("nothing is left on the measured disk", () => {
  expect(readdirSync(join(folder, "disk"))).toEqual([]);
});

/** Syncs that rotations make beside the mode's. */
function rotated({ speed, recordBytes }: MeasuredSetting): number {
  return SYNCS_A_ROTATION * Math.ceil((speed.appends * (recordBytes + 24)) / SEGMENT_BYTES);
}

describe("fsyncs", () => {
  test("sync makes one for each append, and batch one for ten", () => {
    const sync = settingOf("sync").speed;
    expect(sync.syncs).toBe(sync.appends);
    expect(sync.syncsPerAppend).toBe(1);
    const batch = settingOf("batch");
    const due = Math.floor(batch.speed.appends / 10);
    expect(batch.speed.syncs).toBeGreaterThanOrEqual(due);
    expect(batch.speed.syncs).toBeLessThanOrEqual(due + 1 + rotated(batch));
  });

  test("none and flush make no other than those of rotations", () => {
    for (const mode of ["none", "flush"]) {
      const setting = settingOf(mode);
      expect(setting.speed.syncs).toBeLessThanOrEqual(rotated(setting));
    }
  });

  test("group makes one for all callers", () => {
    const { speed } = settingOf("group");
    expect(speed.syncsPerAppend).toBeLessThan(1 / 8);
    expect(speed.syncsPerAppend).toBeGreaterThanOrEqual(1 / 16);
  });
});

test("latencies are counted in buckets, and percentiles are in order", () => {
  for (const { speed } of result.measurement?.settings ?? []) {
    for (const summary of [speed.append, speed.batch]) {
      if (summary === null) throw new Error("our log has batches");
      const { count, p50Micros, p99Micros, p999Micros, maxMicros, buckets } = summary;
      expect(count).toBeGreaterThan(0);
      expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(count);
      expect(p50Micros).toBeGreaterThan(0);
      expect(p99Micros).toBeGreaterThanOrEqual(p50Micros);
      expect(p999Micros).toBeGreaterThanOrEqual(p99Micros);
      // Three figures: a percentile may round up above the longest.
      expect(maxMicros).toBeGreaterThan(p999Micros * 0.998);
    }
  }
});

describe("risk windows", () => {
  test("all are exact, and their shares add up", () => {
    for (const mode of ["sync", "batch", "none", "flush", "group"]) {
      for (const fault of ["kill", "power"] as const) {
        const { grounds, distribution, series, bytes, records } = windowOf(mode, fault);
        expect(grounds).toBe("exact");
        expect(distribution.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
        expect(bytes.max).toBe(records.max * 64);
        expect(series.map(({ atMillis }) => atMillis)).toEqual(
          series.map(({ atMillis }) => atMillis).sort((one, other) => one - other),
        );
      }
    }
  });

  test("of sync and group it is flat, of batch at most N-1 and reached", () => {
    for (const mode of ["sync", "group"]) {
      expect(windowOf(mode, "kill").records.max).toBe(0);
      expect(windowOf(mode, "power").records.max).toBe(0);
      expect(windowOf(mode, "power").millis.max).toBe(0);
    }
    for (const fault of ["kill", "power"] as const) {
      const { records, distribution } = windowOf("batch", fault);
      expect(records.max).toBe(9);
      expect(distribution.map((level) => level.records)).toEqual([...Array(10).keys()]);
    }
  });

  test("of flush it is a ramp at a power cut and nothing at a kill; of none a ramp, and a kill takes a buffer", () => {
    expect(windowOf("flush", "kill").records.max).toBe(0);
    const flush = windowOf("flush", "power");
    expect(flush.records.max).toBe(flush.appends);
    const none = windowOf("none", "power");
    expect(none.records.max).toBe(none.appends);
    // 744 records of 88 bytes fill 64 KiB.
    expect(windowOf("none", "kill").records.max).toBe(744);
  });
});

describe("real kills", () => {
  test("stay within what the mode allows, and are counted", () => {
    for (const mode of ["sync", "batch", "none", "flush"]) {
      const { sampled, allowedRecords } = settingOf(mode);
      expect(sampled.map(({ drawn }) => drawn)).toEqual(["acknowledgement", "moment"]);
      for (const { kills, counts } of sampled) {
        expect(counts.reduce((sum, count) => sum + count.kills, 0)).toBe(kills);
        const most = counts.at(-1)?.records ?? 0;
        expect(most).toBeLessThanOrEqual(allowedRecords.kill ?? Number.POSITIVE_INFINITY);
      }
      expect(sampled[0]?.kills).toBeGreaterThan(0);
    }
  });

  test("the law of batch is uniform behind a drawn answer, and sums to one at a drawn time", () => {
    const [answer, moment] = settingOf("batch").sampled;
    expect(answer?.law).toEqual(Array.from({ length: 10 }, () => 0.1));
    expect(moment?.law?.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 6);
    expect(moment?.lawSource).toContain("a kill loses none");
    expect(settingOf("none").sampled.map(({ law }) => law)).toEqual([null, null]);
  });
});

test("the place is told, with its own syncs and copies", () => {
  expect(result.measurement?.place).toMatchObject({
    isInMemory: false,
    cpuModel: expect.stringMatching(/./),
    copies: [{ recordBytes: 64 }, { recordBytes: 1024 }, { recordBytes: 16_384 }],
  });
  expect(result.measurement?.place.syncLatency.count).toBeGreaterThanOrEqual(200);
});
