// Drawn trials of its fault convict each bug that names no disk; the sound log holds under I/O errors.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/clock.ts";
import { parseFault } from "../../harness/faults/parse-fault.ts";
import { readInstallation } from "../../harness/installation.ts";
import { type PowerTrialOutcome, runPowerTrial } from "../../harness/power/power-trial.ts";
import type { Scenario } from "../../harness/scenario.ts";
import { trialSeed } from "../../harness/seed.ts";
import { type Supervisor, startSupervisor } from "../../harness/supervisor/supervisor.ts";
import { walScenarios } from "../wal-scenarios.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { plantedScenarios } from "./planted-scenarios.ts";

const SEED = 20261122;
/** A bug that is not convicted by then is not seen by the fault. */
const TRIALS = 60;
/** Of each mode of the sound log. */
const SOUND_TRIALS = 12;
const LIMITS = { statesMax: 1500, exhaustiveMax: 64, nestedMax: 2, nestedStatesMax: 20, depth: 1 };

const bugs = plantedBugs.flatMap((bug) =>
  bug.convictedBy.kind === "drawn" ? [{ ...bug, proof: bug.convictedBy }] : [],
);

let supervisor: Supervisor;

beforeAll(async () => {
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
});

afterAll(async () => {
  await supervisor.close();
});

async function trialOf(
  scenario: Scenario,
  text: "power" | "io-error",
  trial: number,
): Promise<PowerTrialOutcome["record"]> {
  const fault = parseFault(text);
  if (fault.kind !== text) throw new Error(`there is no fault ${text}`);
  const seed = trialSeed(SEED, trial);
  const { record } = await runPowerTrial(
    { scenario, fault, trial, seed, limits: LIMITS },
    supervisor,
  );
  return record;
}

describe.each(bugs)("planted/$name", ({ name, proof }) => {
  test("is convicted by drawn trials", async () => {
    const scenario = plantedScenarios.find((each) => each.name === `planted/${name}`);
    if (scenario === undefined) throw new Error(`planted/${name} has no scenario`);
    const broken = new Set<string>();
    const isConvicted = () => proof.guarantees.some((guarantee) => broken.has(guarantee));
    for (let trial = 0; trial < TRIALS && !isConvicted(); trial += 1) {
      const { violations } = await trialOf(scenario, proof.fault, trial);
      for (const { guarantee } of violations) broken.add(guarantee);
    }
    expect({ broken: [...broken], convicted: isConvicted() }).toMatchObject({ convicted: true });
  });
});

describe.each(walScenarios)("$name", (scenario) => {
  test("keeps its promises through I/O errors", async () => {
    const struck: string[] = [];
    for (let trial = 0; trial < SOUND_TRIALS; trial += 1) {
      const { verdict, violations, problem, ioErrors } = await trialOf(scenario, "io-error", trial);
      expect({ trial, verdict, violations, problem }).toMatchObject({ verdict: "held" });
      struck.push(...Object.keys(ioErrors ?? {}));
    }
    expect(struck.length).toBeGreaterThan(SOUND_TRIALS / 2);
  });
});
