// What every trial's record says of how it was drawn, and the record of one that came to nothing.
import type { History } from "./history/history.ts";
import type { Scenario } from "./scenario.ts";
import type { TrialRecord } from "./trial-record.ts";
import type { Workload } from "./workload.ts";

/** A trial whose workload has been drawn. */
export interface DrawnTrial {
  readonly scenario: Scenario;
  readonly fault: { readonly text: string };
  readonly trial: number;
  readonly seed: number;
  readonly workload: Workload;
}

/** The part of the record that is known before anything runs. */
export function drawnRecord({
  trial,
  seed,
  scenario,
  fault,
  workload,
}: DrawnTrial): Pick<TrialRecord, "trial" | "seed" | "scenario" | "mode" | "fault" | "options"> {
  return {
    trial,
    seed,
    scenario: scenario.name,
    mode: scenario.mode,
    fault: fault.text,
    options: workload.options,
  };
}

/** An inconclusive trial of which nothing is known but why. */
export function spoiledTrial(
  drawn: DrawnTrial,
  problem: string,
  stderr: string,
): { readonly record: TrialRecord; readonly history: History; readonly stderr: string } {
  const history = { workload: drawn.workload, events: [] };
  const told = { lives: [], verdict: "inconclusive", violations: [], notApplicable: [] } as const;
  return { record: { ...drawnRecord(drawn), ...told, problem }, history, stderr };
}
