// A power trial's violation made small: the smallest workload of which some disk still breaks a promise.
import { shrinkWorkload } from "../hunt/shrink-workload.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { type PowerTrialOutcome, type PowerTrialRequest, runPowerTrial } from "./power-trial.ts";

/** The smallest violation found; the one that was given where none is smaller. */
export async function shrinkPowerTrial(
  request: Omit<PowerTrialRequest, "workload" | "plan" | "lie">,
  found: PowerTrialOutcome,
  supervisor: Supervisor,
): Promise<PowerTrialOutcome> {
  return shrinkWorkload(request.scenario, found, async (workload) =>
    runPowerTrial({ ...request, workload }, supervisor),
  );
}
