// From ended rows to the content of result.json.
import type { CampaignResult, ScenarioResult } from "../result.ts";
import type { CampaignSettings } from "./campaign-options.ts";
import { describeMachine } from "./describe-machine.ts";
import type { CampaignPlan } from "./plan-rows.ts";
import { worstVerdict } from "./worst-verdict.ts";

/** Where a campaign stands. */
export interface CampaignState {
  readonly settings: CampaignSettings;
  readonly plan: CampaignPlan;
  /** How a kill reaches all of a subject's processes. */
  readonly containment: string;
  /** Wall-clock time of the start, in milliseconds. */
  readonly startedWallMs: number;
  readonly durationMs: number;
  /** One for each row that has begun. */
  readonly scenarios: readonly ScenarioResult[];
  /** False while rows are at work. */
  readonly ended: boolean;
  /** True where an abort kept a row from its end. */
  readonly interrupted: boolean;
}

const KILL_ALONE =
  "kill alone proves nothing about fsync: the page cache outlives the process, so a store that never syncs passes it.";

/** The result as it stands; one that is not complete is never better than inconclusive. */
export function assembleResult(state: CampaignState): CampaignResult {
  const { settings, plan, scenarios, ended, interrupted } = state;
  const complete = ended && !interrupted;
  const verdicts = scenarios.map((scenario) => scenario.verdict);
  return {
    schemaVersion: 1,
    ackproof: settings.version,
    command: settings.command,
    complete,
    interrupted,
    seed: settings.seed,
    startedAt: new Date(state.startedWallMs).toISOString(),
    durationMs: Math.round(state.durationMs),
    machine: describeMachine(state.containment),
    verdict: worstVerdict(complete ? verdicts : [...verdicts, "inconclusive"]),
    notes: onlyKilled(scenarios) ? [KILL_ALONE] : [],
    notRun: plan.notRun,
    scenarios,
  };
}

function onlyKilled(scenarios: readonly ScenarioResult[]): boolean {
  return scenarios.length > 0 && scenarios.every(({ fault }) => fault.split(":")[0] === "kill");
}
