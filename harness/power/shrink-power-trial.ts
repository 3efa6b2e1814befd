// A power trial's violation made small: the smallest workload of which some disk still breaks a promise.
import { parseIoFailure } from "../disk/io-failure.ts";
import { shrinkWorkload } from "../hunt/shrink-workload.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { WantedFailure } from "./chain-plan.ts";
import { type PowerTrialOutcome, type PowerTrialRequest, runPowerTrial } from "./power-trial.ts";

/** The smallest violation found; the one that was given where none is smaller. */
export async function shrinkPowerTrial(
  request: Omit<PowerTrialRequest, "workload" | "plan" | "lie">,
  found: PowerTrialOutcome,
  supervisor: Supervisor,
): Promise<PowerTrialOutcome> {
  const failure = failureIn(found);
  const alike = failure === undefined ? request : { ...request, failure };
  return shrinkWorkload(request.scenario, found, async (workload) =>
    runPowerTrial({ ...alike, workload }, supervisor),
  );
}

/** A smaller workload makes fewer calls, so the failure is the same one at any of them. */
function failureIn({ history }: PowerTrialOutcome): WantedFailure | undefined {
  for (const event of history.events) {
    if (event.kind !== "io-error") continue;
    const { n: _, ...failure } = parseIoFailure(event.failure);
    return failure;
  }
  return undefined;
}
