// A recovery that a worker had no answer from: which disk it was given, and whether it fails again there.
//
//  1. The worker noted which of its recoveries it was in. The same job is run once more; it is the
//     same run, but that recovery is not done: its disk is what is wanted.
//  2. On this disk alone, in a worker of its own, what the trial did is done again, with its limit.
// Only a recovery that fails twice is held against the store.
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { profileNamed } from "../disk/profile.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import { cutsPower } from "../hunt/cuts-power.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { JobFailure } from "../supervisor/worker-pool.ts";
import type { PowerViolation } from "./exploration.ts";
import { withLife } from "./log-catalogue.ts";
import { FOLLOW_UP } from "./memory-recoverer.ts";
import type { PowerJob, PowerReply } from "./power-job.ts";
import { failureText, repeatCrash, stepsOf } from "./repeat-crash.ts";
import { isUnanswered } from "./stopped-recording.ts";

/** The worker's answer with the violation in it, or why there is none. */
export type UnansweredEnd =
  | { readonly kind: "convicted"; readonly reply: PowerReply }
  | { readonly kind: "unproven"; readonly problem: string };

/**
 * Finds the disk of the recovery that a job failed in, and what recovers from it once more.
 * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
 */
export async function convictUnanswered(
  job: PowerJob,
  end: JobFailure,
  supervisor: Supervisor,
): Promise<UnansweredEnd> {
  const problem = failureText(end);
  if (end.step === undefined) return { kind: "unproven", problem };
  const again = await supervisor.crashEverywhere({ ...job, unanswered: end.step });
  if (again.end.kind !== "answered") return { kind: "unproven", problem };
  const { reply } = again.end;
  if (reply.kind === "bad-subject") throw new SupervisorError("bad-subject", reply.message);
  const { violation } = reply.exploration;
  if (violation?.events.some(isUnanswered) !== true) {
    return { kind: "unproven", problem: `${problem}; a second run went another way` };
  }
  const proven = await proveAlone(job, violation, supervisor);
  if (proven === undefined) {
    const but = "a recovery of the same disk alone did not fail so";
    return { kind: "unproven", problem: `${problem}, in a recovery; ${but}` };
  }
  const exploration = { ...reply.exploration, violation: proven };
  return { kind: "convicted", reply: { ...reply, exploration } };
}

/** The violation as a recovery of its disk alone shows it; undefined where that one ends. */
async function proveAlone(
  job: PowerJob,
  violation: PowerViolation,
  supervisor: Supervisor,
): Promise<PowerViolation | undefined> {
  const { subject, options, workload, promise } = job;
  const { trace, step, events } = violation;
  const profile = profileNamed(job.lying ? "lying" : job.profile);
  const image = crashImage(trace, { at: step.at, keep: parseCrashChoice(step.choice), profile });
  const cut = events.findLastIndex(cutsPower);
  const past = events.slice(0, cut + 1);
  const life = events[cut]?.life ?? 0;
  const steps = stepsOf(events.slice(cut + 1));
  const repeated = await repeatCrash(
    { subject, options, workload, image, life, steps },
    supervisor,
  );
  if (repeated.kind === "failed" || !repeated.isUnanswered) return undefined;
  const seen = [...past, ...repeated.events];
  const history = { workload: withLife(workload, FOLLOW_UP).workload, events: seen };
  const { violations } = judgeHistory(history, promise);
  return violations.length === 0 ? undefined : { ...violation, events: seen, violations };
}
