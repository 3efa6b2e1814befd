// Exhaustive kills of one tour: each bug that a kill can see is convicted, no sound mode ever is.
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/clock.ts";
import { runExhaustiveKills } from "../../harness/exhaustive-kills.ts";
import type { Scenario } from "../../harness/scenario.ts";
import { trialSeed } from "../../harness/seed.ts";
import { type Supervisor, startSupervisor } from "../../harness/supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "../../harness/trial.ts";
import type { LogMode } from "../wal-promise.ts";
import { walScenarios } from "../wal-scenarios.ts";
import { walTour } from "../workloads/wal-tour.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { plantedScenarios } from "./planted-scenarios.ts";

const CONCURRENCY = 3;
const SEED = 20261121;

/** Kills that a bug survives before it counts as one that kills cannot see. */
const KILLS = 20;

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startSupervisor({
    childFile: fileURLToPath(new URL("../../dist/child.cjs", import.meta.url)),
    concurrency: CONCURRENCY,
    clock: systemClock,
  });
});

afterAll(async () => {
  await supervisor.close();
});

/** Kills the scenario at every call of the tour until `onOutcome` says stop. */
async function killEverywhere(
  scenario: Scenario,
  onOutcome: (outcome: TrialOutcome) => boolean,
): Promise<number> {
  const workload = walTour(logMode(scenario), SEED);
  return await runExhaustiveKills(
    { scenario, workload, concurrency: CONCURRENCY, onOutcome },
    supervisor,
  );
}

describe.each(walScenarios)("$name", (scenario) => {
  test("keeps its promises when it is killed before and after each call", async () => {
    const broken: TrialOutcome["record"][] = [];
    const trials = await killEverywhere(scenario, ({ record }) => {
      if (record.verdict !== "held") {
        broken.push(record);
      }
      return true;
    });
    expect(broken).toEqual([]);
    // A tour of fewer calls would no longer pass the places that it is made for.
    expect(trials).toBeGreaterThan(150);
  });
});

const byKill = plantedBugs.flatMap((bug) =>
  bug.convictedBy.kind === "kill" ? [{ ...bug, proof: bug.convictedBy }] : [],
);

describe.each(byKill)("planted/$name", ({ name, proof }) => {
  test("is convicted by a kill", async () => {
    const convictions = new Set<string>();
    await killEverywhere(planted(name), ({ record }) => {
      for (const { guarantee } of record.violations) {
        convictions.add(guarantee);
      }
      return !proof.guarantees.some((guarantee) => convictions.has(guarantee));
    });
    expect([...convictions].filter((each) => proof.guarantees.includes(each))).not.toEqual([]);
  });
});

/** What several callers show may be seen by a kill as well: LSNs, a caller that waits for ever. */
const unseenByKill = plantedBugs.filter(
  ({ convictedBy, mode }) => convictedBy.kind !== "kill" && mode !== "group",
);

describe.each(unseenByKill)("planted/$name", ({ name }) => {
  test(`holds under ${KILLS} random kills: this is why the power fault exists`, async () => {
    const scenario = planted(name);
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

function planted(name: string): Scenario {
  const scenario = plantedScenarios.find((each) => each.name === `planted/${name}`);
  if (scenario === undefined) {
    throw new Error(`planted/${name} has no scenario`);
  }
  return scenario;
}

function logMode({ mode }: Scenario): LogMode {
  const known: readonly LogMode[] = ["sync", "batch", "none", "flush", "group"];
  const found = known.find((each) => each === mode);
  if (found === undefined) {
    throw new Error(`${mode} is no mode of our log`);
  }
  return found;
}
