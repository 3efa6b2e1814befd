// A corruption trial's violation made small: the smallest workload of which some damage still breaks a promise.
import { shrinkWorkload } from "../hunt/shrink-workload.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import {
  runSupervisedCorruption,
  type SupervisedCorruption,
  type SupervisedOutcome,
} from "./supervised-trial.ts";

/** The smallest violation found, each with its least damage; the one that was given where none is smaller. */
export async function shrinkCorruptionTrial(
  request: Omit<SupervisedCorruption, "workload" | "lie">,
  found: SupervisedOutcome,
  supervisor: Supervisor,
): Promise<SupervisedOutcome> {
  return shrinkWorkload(request.scenario, found, async (workload) =>
    runSupervisedCorruption({ ...request, workload }, supervisor),
  );
}
