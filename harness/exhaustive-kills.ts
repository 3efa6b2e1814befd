// Every kill that one workload's storage calls allow, each as a trial of its own.
import { countingPlan, everyCallPlan } from "./faults/kill-enumeration.ts";
import type { KillPlan } from "./faults/kill-plan.ts";
import type { Scenario } from "./scenario.ts";
import type { Supervisor } from "./supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "./trial.ts";
import type { Workload } from "./workload.ts";

/** What to kill. The subject must use the storage port, so that its calls can be counted. */
export interface ExhaustiveRequest {
  readonly scenario: Scenario;
  readonly workload: Workload;
  /** How many trials at once. */
  readonly concurrency: number;
  /** Hears of each trial as it ends; false stops the rest. */
  onOutcome(outcome: TrialOutcome): boolean;
}

/**
 * Counts the calls of every life in one run without a kill, then kills before and after each of them,
 * in every writer and in every recovery. Returns how many trials ran, the counting one included.
 * @throws as `runTrial`; an error where the counting run could not be finished.
 */
export async function runExhaustiveKills(
  request: ExhaustiveRequest,
  supervisor: Supervisor,
): Promise<number> {
  const { scenario, workload, concurrency } = request;
  let trials = 0;
  const attempt = async (plan: KillPlan): Promise<TrialOutcome> => {
    const trial = trials;
    trials += 1;
    const given = { scenario, workload, plan, fault: "kill:call", trial, seed: workload.seed };
    return await runTrial(given, supervisor);
  };
  const counted = await attempt(countingPlan(workload));
  if (!request.onOutcome(counted)) {
    return trials;
  }
  const plans = everyCallPlan(counted.calls.map(requireCount));
  const takePlans = async (): Promise<void> => {
    for (const plan of plans) {
      if (!request.onOutcome(await attempt(plan))) {
        // Leaving the loop ends the generator, and with it the loops of the others.
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, takePlans));
  return trials;
}

function requireCount<Count>(count: Count | undefined, life: number): Count {
  if (count === undefined) {
    throw new Error(`The storage calls of life ${life} could not be counted to the end.`);
  }
  return count;
}
