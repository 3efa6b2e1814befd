// Random kills of the bugs that need another fault: they hold, which is why there are other faults.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialSeed } from "../../harness/seed.ts";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "../../harness/trial.ts";
import { CONCURRENCY, plantedScenario, SEED, startKills } from "./fixtures/wal-kills.ts";
import { plantedBugs } from "./planted-bugs.ts";

/** Kills that a bug survives before it counts as one that kills cannot see. */
const KILLS = 10;

let supervisor: Supervisor;
beforeAll(async () => {
  supervisor = await startKills();
});
afterAll(() => supervisor.close());

/** What several callers show may be seen by a kill as well: LSNs, a caller that waits for ever. */
const unseenByKill = plantedBugs.filter(
  ({ convictedBy, mode }) => convictedBy.kind !== "kill" && mode !== "group",
);

describe.each(unseenByKill)("planted/$name", ({ name }) => {
  test(`holds under ${KILLS} random kills: this is why the power fault exists`, async () => {
    const scenario = plantedScenario(name);
    const outcomes: TrialOutcome[] = [];
    let started = 0;
    const run = async (): Promise<void> => {
      while (started < KILLS) {
        const trial = started;
        started += 1;
        const request = { scenario, fault: "kill", trial, seed: trialSeed(SEED, trial) };
        outcomes.push(await runTrial(request, supervisor));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, run));
    const struck = outcomes.filter(({ record }) => record.lives.some((life) => life.struck));
    expect(struck).toHaveLength(KILLS);
    expect(
      outcomes.map(({ record }) => record).filter(({ verdict }) => verdict !== "held"),
    ).toEqual([]);
  });
});
