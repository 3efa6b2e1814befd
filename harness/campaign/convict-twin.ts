// The convicting twin: proof that this scenario's judges could have said "violated".
import { parseFault } from "../faults/parse-fault.ts";
import type { TwinResult } from "../result.ts";
import { trialSeed } from "../seed.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { CampaignRow } from "./plan-rows.ts";
import { discardStore, runRowTrial } from "./row-trial.ts";

/** A lie is convicted nearly at once; a workload without anything to lie about takes another. */
const TRIALS_LIMIT = 5;

/** How each fault's twin lies. */
const DESCRIPTIONS = {
  kill: "a writer that acknowledges before it writes",
  corrupt: "a recovery that takes each refusal for an empty store",
  power: "the same recording on a drive that ignores every sync",
  "io-error": "the same recording, with its failing call, on a drive that ignores every sync",
} as const;

/** Runs the row's own first workloads with something in them that lies. */
export async function convictTwin(
  row: CampaignRow,
  campaignSeed: number,
  supervisor: Supervisor,
): Promise<TwinResult> {
  let convicted = false;
  let trials = 0;
  while (!convicted && trials < TRIALS_LIMIT) {
    const seed = trialSeed(campaignSeed, trials);
    const outcome = await runRowTrial(row, { trial: trials, seed, lie: true }, supervisor);
    discardStore(outcome);
    // Under a fault that only informs the twin's broken promises are findings too.
    convicted = outcome.record.violations.length > 0;
    trials += 1;
  }
  return { convicted, trials, description: DESCRIPTIONS[parseFault(row.fault).kind] };
}
