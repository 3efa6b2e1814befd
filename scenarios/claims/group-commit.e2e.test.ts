// The claim: group commit loses nothing once append has returned.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import type { Workload } from "../../harness/workload.ts";
import { walPromise } from "../wal-promise.ts";
import { walScenario } from "../wal-scenarios.ts";
import { crashStore, type StoreRun } from "./fixtures/crashed-log.ts";
import { killAtEachCall, startKiller } from "./fixtures/killed-log.ts";
import { appends, RECORD_BYTES, SEED, SEGMENT_HEADER_BYTES } from "./fixtures/log-run.ts";
import { subjectOf } from "./fixtures/open-log.ts";

/** Of all callers together. */
const APPENDS = 12;

/** Four records to a segment, so that groups meet rotations. */
const OPTIONS = { segmentBytes: SEGMENT_HEADER_BYTES + 4 * RECORD_BYTES };

function workloadOf(callers: number): Workload {
  return { seed: SEED, options: OPTIONS, lives: [appends(APPENDS)], concurrency: callers };
}

function storeRun(callers: number, variant?: string): StoreRun {
  const run = {
    mode: "group",
    operations: [],
    ...(variant === undefined ? {} : { variant }),
  } as const;
  return {
    store: { subject: subjectOf(run), options: { ...OPTIONS, mode: "group" } },
    workload: workloadOf(callers),
    promise: walPromise("group", OPTIONS),
  };
}

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("group commit loses nothing once append has returned", () => {
  describe.each([1, 3, 8])("%d callers", (callers) => {
    test("killed before and after each call of the storage", async () => {
      const records = await killAtEachCall(walScenario("group"), workloadOf(callers), supervisor);
      const lives = records.flatMap((record) => record.lives);
      expect(records.filter(({ verdict }) => verdict !== "held")).toEqual([]);
      expect(Math.max(...lives.map(({ lostRecords }) => lostRecords))).toBe(0);
      // At least one group of all callers after the other, each a write and a sync, struck on both sides.
      const groups = Math.ceil(APPENDS / callers);
      expect(lives.filter(({ struck }) => struck).length).toBeGreaterThan(2 * 2 * groups);
    });

    test.each([profiles.posix, profiles.ext4])("the power cut anywhere, $name", async (profile) => {
      const { distinct, judged, ...showed } = await crashStore(storeRun(callers), profile);
      expect(showed).toEqual({ verdict: "held", lost: 0, acknowledged: APPENDS, exhaustive: true });
      expect(distinct).toBeGreaterThan(0);
      expect(judged).toBeGreaterThan(distinct);
    });
  });

  test("the same looks convict a log that answers before its group's sync", async () => {
    expect(
      await crashStore(storeRun(3, "group-acknowledged-on-write"), profiles.posix),
    ).toMatchObject({
      verdict: "violated",
      guarantee: "nothing-lost",
    });
  });
});
