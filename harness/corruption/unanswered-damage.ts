// A recovery of a damaged store that a worker had no answer from: which damage, and whether it fails again.
//
// As with a power cut (power/unanswered-recovery.ts): a second run names the damage, and a recovery of
// that disk alone has to fail again before it is held against the store.
import { judgeHistory } from "../guarantees/judge.ts";
import { failureText, repeatCrash, stepsOf } from "../power/repeat-crash.ts";
import { isUnanswered } from "../power/stopped-recording.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { JobFailure } from "../supervisor/worker-pool.ts";
import type { CorruptionJob, CorruptionReply } from "./corruption-job.ts";
import type { CorruptionOutcome } from "./corruption-trial.ts";

/** The outcome with the violation in it, or why there is none. */
export type UnansweredDamage =
  | { readonly kind: "convicted"; readonly outcome: CorruptionOutcome }
  | { readonly kind: "unproven"; readonly problem: string };

/**
 * Finds the damage that a job failed on, and recovers from it once more.
 * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
 */
export async function convictUnanswered(
  job: CorruptionJob,
  end: JobFailure,
  supervisor: Supervisor,
): Promise<UnansweredDamage> {
  const problem = failureText(end);
  if (end.step === undefined) return { kind: "unproven", problem };
  const again = await supervisor.corrupt({ ...job, unanswered: end.step });
  if (again.end.kind !== "answered") return { kind: "unproven", problem };
  const outcome = judgedBy(again.end.reply);
  if (outcome.violated?.history.events.some(isUnanswered) !== true) {
    return { kind: "unproven", problem: `${problem}; a second run went another way` };
  }
  const proven = await proveAlone(job, outcome, supervisor);
  if (proven !== undefined) return { kind: "convicted", outcome: proven };
  const but = "a recovery of the same damage alone did not fail so";
  return { kind: "unproven", problem: `${problem}, in a recovery; ${but}` };
}

/** @throws SupervisorError `bad-subject` */
export function judgedBy(reply: CorruptionReply): CorruptionOutcome {
  if (reply.kind === "judged") return reply.outcome;
  throw new SupervisorError("bad-subject", reply.message);
}

/** The outcome as a recovery of its damaged disk alone shows it; undefined where that one ends. */
async function proveAlone(
  { subject, options, workload, promise }: CorruptionJob,
  outcome: CorruptionOutcome,
  supervisor: Supervisor,
): Promise<CorruptionOutcome | undefined> {
  const { violated, damaged: image } = outcome;
  if (violated === undefined || image === undefined) return undefined;
  const { events } = violated.history;
  const damage = events.findLastIndex(({ kind }) => kind === "crash");
  const life = events[damage]?.life ?? 0;
  const steps = stepsOf(events.slice(damage + 1));
  const crash = { subject, options, workload, image, life, steps };
  const repeated = await repeatCrash(crash, supervisor);
  if (repeated.kind === "failed" || !repeated.isUnanswered) return undefined;
  const history = { workload, events: [...events.slice(0, damage + 1), ...repeated.events] };
  const { violations } = judgeHistory(history, promise);
  if (violations.length === 0) return undefined;
  return { ...outcome, violated: { ...violated, history, violations } };
}
