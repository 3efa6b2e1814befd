// A child that records chains and crashes them everywhere: one job in, one answer out, again and again.
import { profileNamed } from "../disk/profile.ts";
import { type BuiltInSubjects, loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { explore } from "./explore.ts";
import type { PowerJob, PowerReply } from "./power-job.ts";
import { recordChain } from "./record-chain.ts";

/** Answers each job that arrives, until the supervisor is gone. */
export function runPowerWorker(subjects: BuiltInSubjects): void {
  process.on("message", (job: PowerJob) => void answer(job, subjects));
  process.once("disconnect", () => process.exit());
}

async function answer(job: PowerJob, subjects: BuiltInSubjects): Promise<void> {
  process.send?.(await replyTo(job, subjects));
}

async function replyTo(job: PowerJob, subjects: BuiltInSubjects): Promise<PowerReply> {
  try {
    return await crashEverywhere(job, subjects);
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    return { kind: "bad-subject", message: error.message };
  }
}

/**
 * Records the chain and explores it.
 * @throws SupervisorError `bad-subject`
 */
async function crashEverywhere(job: PowerJob, subjects: BuiltInSubjects): Promise<PowerReply> {
  const { options, workload, plan, promise, seed, limits } = job;
  const store = { subject: await loadSubject(job.subject, subjects), options };
  const profile = profileNamed(job.profile);
  const recording = await recordChain({ store, workload, plan, profile, seed });
  const device = job.lying ? profileNamed("lying") : profile;
  const { trace, prior } = recording;
  const request = { store, trace, prior, profile: device, workload, promise, seed, limits };
  const marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
  const events = [...prior, ...marks];
  return { kind: "explored", exploration: await explore(request), events };
}
