// The claim: an LSM store that only flushes its log loses nothing by a kill, and its window by a power cut.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import type { Operation } from "../../harness/workload.ts";
import { lsmSubject, MEMTABLE_BYTES } from "../subjects/lsm-store.ts";
import { crashStore } from "./fixtures/crashed-log.ts";
import { killAtEachCall, startKiller } from "./fixtures/killed-log.ts";
import { appends } from "./fixtures/log-run.ts";
import { oneLife, originRun, originScenario } from "./fixtures/origin-store.ts";

/** An append of 40 bytes fills the memtable at its seventh. */
const FULL = Math.ceil(MEMTABLE_BYTES / 40);

/** A table is written behind the seventh append; then three, a batch, and two more. */
const TOUR: readonly Operation[] = [
  ...appends(FULL + 3),
  { kind: "batch", sizes: [20, 20, 20] },
  ...appends(2),
];

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("an LSM log that only flushes loses nothing by a kill and its window by a power cut", () => {
  test("killed before and after each call it loses nothing, though believed durable", async () => {
    const scenario = originScenario("lsm/believed-durable");
    const records = await killAtEachCall(scenario, oneLife(TOUR), supervisor);
    const lives = records.flatMap((record) => record.lives);
    expect(lives.filter(({ struck }) => struck).length).toBeGreaterThan(100);
    expect(Math.max(...lives.map(({ lostRecords }) => lostRecords))).toBe(0);
    expect(records.filter(({ verdict }) => verdict !== "held")).toEqual([]);
  });

  test.each([
    { count: FULL - 1, lost: FULL - 1 },
    { count: FULL, lost: FULL - 1 },
    { count: 2 * FULL + 1, lost: FULL - 1 },
  ])("a power cut within $count appends loses at most $lost", async ({ count, lost }) => {
    const run = originRun(lsmSubject, "lsm/flush", { operations: appends(count) });
    const { distinct, judged, ...showed } = await crashStore(run, profiles.posix);
    expect(showed).toMatchObject({ verdict: "held", lost, acknowledged: count });
    expect(distinct).toBeGreaterThan(count);
    expect(judged).toBeGreaterThan(distinct);
  });

  test("nobody may count on more, and an fsync mends it", async () => {
    const operations = appends(FULL - 1);
    const believed = originRun(lsmSubject, "lsm/believed-durable", { operations });
    expect(await crashStore(believed, profiles.ext4)).toMatchObject({
      verdict: "violated",
      guarantee: "nothing-lost",
    });
    const mended = originRun(lsmSubject, "lsm/sync", { operations });
    expect(await crashStore(mended, profiles.posix)).toMatchObject({
      verdict: "held",
      lost: 0,
      acknowledged: FULL - 1,
      exhaustive: true,
    });
  });
});
