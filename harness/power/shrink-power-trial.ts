// A violation made small: fast-check shrinks the workload as long as some disk of it still breaks a promise.
import * as fc from "fast-check";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { Workload } from "../workload.ts";
import { type PowerTrialOutcome, type PowerTrialRequest, runPowerTrial } from "./power-trial.ts";

/** How long a violation is worked on, in milliseconds; what is smallest by then is kept. */
const SHRINK_LIMIT_MS = 4_000;

/**
 * The smallest violation found; the one that was given where none is smaller. The request is that of
 * a trial that drew its workload from its seed: fast-check draws the same one again and shrinks it.
 */
export async function shrinkPowerTrial(
  request: Omit<PowerTrialRequest, "workload" | "plan" | "lie">,
  found: PowerTrialOutcome,
  supervisor: Supervisor,
): Promise<PowerTrialOutcome> {
  let smallest = found;
  const property = fc.asyncProperty(request.scenario.workloads, async (workload) => {
    const tried = await runPowerTrial({ ...request, workload }, supervisor);
    const broken = tried.record.verdict === "violated";
    if (broken && size(workload) < size(smallest.history.workload)) smallest = tried;
    return !broken;
  });
  await fc.check(property, {
    seed: request.seed,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_LIMIT_MS,
  });
  return smallest;
}

/** In operations, and a little for each life. */
function size({ lives }: Workload): number {
  return lives.flat().length + lives.length;
}
