// The claim: a counter that a forced sync does not reset changes the cadence, not the bound.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { killEverywhere, lostByKill, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun } from "./fixtures/log-run.ts";
import { recordLog } from "./fixtures/recorded-log.ts";

/** N = 4; a forced sync behind the second of twelve appends. */
const ours: LogRun = {
  mode: "batch",
  options: { batchSyncCount: 4 },
  operations: [...appends(2), { kind: "sync" }, ...appends(10)],
};
const notReset: LogRun = { ...ours, variant: "counter-not-reset-by-sync" };

/** After these acknowledgements the two differ, or N-1 are at risk. */
const KILLS = [5, 6, 8, 13];

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("a counter that a forced sync does not reset changes the cadence, not the bound", () => {
  test.each([
    { name: "ours", run: ours, syncsAt: [3, 7, 11], lost: [1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2] },
    {
      name: "not reset",
      run: notReset,
      syncsAt: [3, 5, 9, 13],
      lost: [1, 2, 0, 1, 0, 1, 2, 3, 0, 1, 2, 3, 0],
    },
  ])("$name: syncs in operations $syncsAt", async ({ run, syncsAt, lost }) => {
    const { operations } = await recordLog(run);
    const syncing = [...operations.entries()].filter(([, { syncs }]) => syncs.length > 0);
    expect(syncing.map(([index]) => index + 1)).toEqual(syncsAt);
    expect(operations.map((step) => step.lostByPower)).toEqual(lost);
    const lostThere = KILLS.map((count) => lost[count - 1]);
    expect(await lostByKill(run, KILLS, supervisor)).toEqual(lostThere);
  });

  test.each([
    ["ours", ours],
    ["not reset", notReset],
  ])("%s: killed before and after each call, it loses 3 = N-1 at most", async (_, run) => {
    const { kills, ...showed } = await killEverywhere(run, supervisor);
    expect(showed).toEqual({ notHeld: 0, lostMax: 3 });
    expect(kills).toBeGreaterThan(15);
  });
});
