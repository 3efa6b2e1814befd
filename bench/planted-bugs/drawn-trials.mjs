// Trials as a campaign draws them, until some convict: how many it takes by luck, where the hunts go in order.
import { discardStore, runRowTrial } from "../../dist/harness/campaign/row-trial.js";
import { trialSeed } from "../../dist/harness/seed.js";
import { detectionPower } from "../../dist/reports/statistics/detection-power.js";
import { SEED, scenarioOf } from "./hunts.mjs";

/** Convictions after which a hunt ends, as a campaign's row does. */
const STOP_AT = 5;

/** Kills and power cuts are tried on each bug, the other faults on the bugs that are theirs. */
function faultsFor({ convictedBy }) {
  if (convictedBy.kind === "corruption") return ["kill", "power", "corrupt"];
  const isFailure = convictedBy.kind === "drawn" && convictedBy.fault === "io-error";
  return isFailure ? ["kill", "power", "io-error"] : ["kill", "power"];
}

/** One trial after the other, so that it is known which was the r-th to convict. */
async function hunt(row, supervisor, { trials, seconds }) {
  const numbers = [];
  const endMs = performance.now() + seconds * 1000;
  let trial = 0;
  while (trial < trials && numbers.length < STOP_AT && performance.now() < endMs) {
    const outcome = await runRowTrial(row, { trial, seed: trialSeed(SEED, trial) }, supervisor);
    discardStore(outcome);
    if (outcome.record.verdict === "violated") numbers.push(trial);
    trial += 1;
  }
  return detectionPower({ numbers, trials: trial, stopAt: STOP_AT });
}

/** For each fault the mean number of drawn trials for a conviction, with its 95 % interval. */
export async function drawnTrials(bug, supervisor, limits) {
  const powers = [];
  for (const fault of faultsFor(bug)) {
    const row = { scenario: scenarioOf(bug), fault };
    powers.push({ fault, ...(await hunt(row, supervisor, limits)) });
  }
  return powers;
}
