// The convicting twin: proof that this scenario's judges could have said "violated".
import type { TwinResult } from "../result.ts";
import { trialSeed } from "../seed.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { runTrial } from "../trial.ts";
import type { CampaignRow } from "./plan-rows.ts";
import { discardStore } from "./violation-shelf.ts";

/** A lie is convicted nearly at once; a workload without anything to lie about takes another. */
const TRIALS_LIMIT = 5;

/** Runs the row's own first workloads with a writer that acknowledges before it writes. */
export async function convictTwin(
  row: CampaignRow,
  campaignSeed: number,
  supervisor: Supervisor,
): Promise<TwinResult> {
  let convicted = false;
  let trials = 0;
  while (!convicted && trials < TRIALS_LIMIT) {
    const seed = trialSeed(campaignSeed, trials);
    const outcome = await runTrial({ ...row, trial: trials, seed, lie: true }, supervisor);
    discardStore(outcome);
    convicted = outcome.record.verdict === "violated";
    trials += 1;
  }
  return { convicted, trials, description: "a writer that acknowledges before it writes" };
}
