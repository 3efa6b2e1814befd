// Measured settings: promises and exact windows by number, losses and latencies by tests and floors.
import { describe, expect, it } from "vitest";
import type { MeasuredPlace, MeasuredSetting } from "../../harness/measurement.ts";
import { stream } from "../../harness/seed.ts";
import { compareResults } from "./compare-results.ts";
import type { Aspect, Comparison, Difference } from "./comparison.ts";
import {
  latencyAround,
  measuredResult,
  PLACE,
  SETTING,
  WINDOW,
} from "./fixtures/measured-setting.ts";

/** What HEAD's setting comes to where it differs from BASE's in these fields. */
function changed(
  head: Partial<MeasuredSetting>,
  base: Partial<MeasuredSetting> = {},
  place: Partial<MeasuredPlace> = {},
): Comparison {
  return compareResults(
    measuredResult([{ ...SETTING, ...base }]),
    measuredResult([{ ...SETTING, ...head }], { ...PLACE, ...place }),
    stream(1, "compare"),
  );
}

function difference(comparison: Comparison, aspect: Aspect): Difference | undefined {
  return comparison.settings[0]?.differences.find((one) => one.aspect === aspect);
}

const withAppend = (medianMicros: number): Partial<MeasuredSetting> => ({
  speed: { ...SETTING.speed, append: latencyAround(medianMicros) },
});

describe("a setting", () => {
  it("is the same as itself, with a test of each sample", () => {
    expect(changed({})).toMatchObject({
      outcome: "held",
      tests: 3,
      settings: [{ weight: "same" }],
    });
  });

  it("is weaker where it may lose more, or has no number any more", () => {
    expect(changed({ allowedRecords: { kill: 99, power: 100 } }).outcome).toBe("weaker");
    expect(changed({ allowedRecords: { kill: null, power: 99 } }).outcome).toBe("weaker");
    expect(changed({ allowedRecords: { kill: 9, power: 99 } })).toMatchObject({
      outcome: "held",
      settings: [{ weight: "better" }],
    });
  });

  it("is weaker where an exact window of a promised number grew", () => {
    const grown = { ...WINDOW, records: { ...WINDOW.records, max: 100 } };
    const risk = { kill: WINDOW, power: grown };
    expect(changed({ risk }).outcome).toBe("weaker");
    expect(changed({}, { risk })).toMatchObject({
      outcome: "held",
      settings: [{ weight: "better" }],
    });
    const least = { ...grown, grounds: "at-least" as const };
    expect(changed({ risk: { kill: WINDOW, power: least } })).toMatchObject({
      outcome: "held",
      settings: [{ weight: "same" }],
    });
    expect(changed({ risk: null }).outcome).toBe("unclear");
    expect(changed({}, { risk: null }).outcome).toBe("held");
    const free = { allowedRecords: { kill: null, power: null } };
    expect(changed({ risk, ...free }, free)).toMatchObject({
      outcome: "held",
      settings: [{ weight: "same" }],
    });
  });

  it("is weaker where a batch is no longer durable once it was acknowledged", () => {
    expect(changed({ batchIsBarrier: false }).outcome).toBe("weaker");
    expect(changed({ batchIsBarrier: null }).outcome).toBe("weaker");
    expect(changed({}, { batchIsBarrier: false }).outcome).toBe("held");
  });

  it("that only one of them has is told", () => {
    const other = { ...SETTING, id: "wal/sync 100 B" };
    const compared = compareResults(
      measuredResult([SETTING]),
      measuredResult([other]),
      stream(1, "c"),
    );
    expect(compared).toMatchObject({
      outcome: "held",
      settings: [{ weight: "changed" }, { id: "wal/sync 100 B", weight: "changed" }],
    });
  });

  it("of sampled kills is told where they lose more", () => {
    const worse = [
      {
        drawn: "acknowledgement",
        kills: 100,
        counts: [{ records: 90, kills: 100 }],
        law: null,
        lawSource: null,
      },
    ] as const;
    expect(difference(changed({ sampled: worse }), "sampled losses")?.weight).toBe("changed");
    expect(changed({ sampled: worse }).outcome).toBe("held");
  });
});

describe("a latency", () => {
  it("that is twice as long is slower, and nothing is weaker for it", () => {
    const comparison = changed(withAppend(40));
    expect(comparison.outcome).toBe("held");
    expect(difference(comparison, "append latency")).toMatchObject({
      weight: "changed",
      test: { isLarge: true },
    });
    expect(difference(changed({}, withAppend(40)), "append latency")?.weight).toBe("better");
  });

  it("that differs by less than the floor is noise, however sure the test is", () => {
    const test = difference(changed(withAppend(26)), "append latency");
    expect(test).toMatchObject({ weight: "same", test: { isLarge: false } });
    expect(test?.test?.adjusted).toBeLessThan(1e-9);
  });

  it("has a floor that the machine's own drift raises", () => {
    const slowDisk = { syncLatency: latencyAround(1200) };
    expect(difference(changed(withAppend(40), {}, slowDisk), "append latency")?.weight).toBe(
      "same",
    );
    const slowMemory = { copies: [{ recordBytes: 100, medianNanos: 10 }] };
    expect(difference(changed(withAppend(40), {}, slowMemory), "append latency")?.weight).toBe(
      "same",
    );
    expect(difference(changed(withAppend(80), {}, slowDisk), "append latency")?.weight).toBe(
      "changed",
    );
  });

  it.each([
    { cpuModel: "another" },
    { fileSystem: "xfs" },
    { mountOptions: "ro" },
    { isInMemory: true },
  ])("is not compared between machines that differ: %o", (place) => {
    const comparison = changed(withAppend(40), {}, place);
    expect(difference(comparison, "append latency")).toBeUndefined();
    expect(comparison.notes).toHaveLength(1);
    expect(comparison.outcome).toBe("held");
  });

  it("of a few calls is not tested", () => {
    const few = { ...latencyAround(90), buckets: [{ upToMicros: 90, count: 99 }] };
    const speed = { ...SETTING.speed, append: few, batch: null };
    expect(difference(changed({ speed }), "append latency")).toBeUndefined();
    expect(difference(changed({ speed }), "batch latency")).toBeUndefined();
  });
});

it("says so where only one side was measured", () => {
  const { measurement: _, ...rest } = measuredResult([SETTING]);
  const compared = compareResults(rest, measuredResult([SETTING]), stream(1, "c"));
  expect(compared).toMatchObject({ outcome: "unclear", settings: [] });
  expect(compared.notes).toHaveLength(2);
});
