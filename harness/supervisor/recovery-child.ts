// A child that recovers: one job in, one answer out, again and again, over Node's own channel.
import type { RecoveryOutcome } from "../history/history.ts";
import type { ChildParts } from "./child-parts.ts";
import type { RecoverJob } from "./job.ts";
import { recoverStore } from "./recover-store.ts";
import { SupervisorError, type SupervisorErrorCode } from "./supervisor-error.ts";

/** A child's answer: what the recovery found, or why that says nothing of the store. */
export type RecoveryReply =
  | { readonly kind: "outcome"; readonly outcome: RecoveryOutcome }
  | { readonly kind: "unusable"; readonly code: SupervisorErrorCode; readonly message: string };

/** Answers each job that arrives; the supervisor sends the next one only after the answer. */
export function runRecoveryChild(parts: ChildParts): void {
  process.on("message", (job: RecoverJob) => void answer(job, parts));
  process.once("disconnect", () => process.exit());
}

async function answer(job: RecoverJob, parts: ChildParts): Promise<void> {
  process.send?.(await recover(job, parts));
}

async function recover(
  job: RecoverJob,
  { subjects, ...ports }: ChildParts,
): Promise<RecoveryReply> {
  try {
    return { kind: "outcome", outcome: await recoverStore(job, subjects, ports) };
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    return { kind: "unusable", code: error.code, message: error.message };
  }
}
