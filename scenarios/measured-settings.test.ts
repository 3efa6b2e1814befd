// The settings: each named once, each sweep there, each stretch long enough for its window.
import { describe, expect, test } from "vitest";
import type { Scenario } from "../harness/scenario.ts";
import { measuredSettings } from "./measured-settings.ts";
import { scenarios } from "./registry.ts";
import { walScenarios } from "./wal-scenarios.ts";

const own = measuredSettings(walScenarios);

describe("of our log", () => {
  test("each setting has a name of its own", () => {
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
  });

  test("one setting of each mode is typical, and its writers are killed", () => {
    const typical = own.filter(({ isTypical }) => isTypical);
    expect(typical.map(({ scenario }) => scenario.mode)).toEqual([
      "sync",
      "batch",
      "none",
      "flush",
      "group",
    ]);
    expect(typical.every(({ killWeight }) => killWeight > 0)).toBe(true);
  });

  test("N, record sizes and callers are swept", () => {
    const ids = own.map(({ id }) => id);
    for (const swept of ["N=1 64 B", "N=10 64 B", "N=1000 64 B", "N=100 16 KiB"]) {
      expect(ids).toContain(`wal/batch ${swept}`);
    }
    for (const swept of ["callers=1 64 B", "callers=16 64 B", "callers=64 1 KiB"]) {
      expect(ids).toContain(`wal/group ${swept}`);
    }
    expect(ids).toContain("wal/group callers=64 delay=200us 64 B");
    for (const mode of ["sync", "none", "flush"]) expect(ids).toContain(`wal/${mode} 16 KiB`);
  });

  test("a window that closes is recorded for more than two of its counts", () => {
    for (const { options, recordedAppends } of own) {
      const count = Number(options["batchSyncCount"] ?? 1);
      expect(recordedAppends).toBeGreaterThan(2 * count);
    }
  });
});

describe("of any other scenario", () => {
  const flush = scenarios.find(({ name }) => name === "lsm/flush");

  test("each record size, under its own options", () => {
    if (flush === undefined) throw new Error("no scenario lsm/flush");
    const ids = measuredSettings([flush]).map(({ id }) => id);
    expect(ids).toEqual(["lsm/flush 64 B", "lsm/flush 1 KiB", "lsm/flush 16 KiB"]);
  });

  test("what it refuses is left out, and its callers are measured together", () => {
    if (flush === undefined) throw new Error("no scenario lsm/flush");
    const limited: Scenario = {
      ...flush,
      promise: (options) => ({ ...flush.promise(options), recordLimitBytes: 100, concurrency: 8 }),
    };
    expect(measuredSettings([limited]).map(({ id, callers }) => [id, callers])).toEqual([
      ["lsm/flush 64 B", 1],
      ["lsm/flush callers=8 64 B", 8],
    ]);
  });
});
