// A child that records chains and crashes them everywhere, explains what that found, or damages
// stores at rest: one job in, one answer out, again and again.
import type { CorruptionJob, CorruptionReply } from "../corruption/corruption-job.ts";
import { runCorruptionTrial } from "../corruption/corruption-trial.ts";
import { profileNamed } from "../disk/profile.ts";
import { explainCrash } from "../hunt/explain-crash.ts";
import type { ExplainJob, ExplainReply } from "../hunt/explain-job.ts";
import { type BuiltInSubjects, loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { explore } from "./explore.ts";
import type { PowerJob, PowerReply } from "./power-job.ts";
import { recordChain } from "./record-chain.ts";

type AnyJob = PowerJob | ExplainJob | CorruptionJob;

/** Answers each job that arrives, until the supervisor is gone. */
export function runPowerWorker(subjects: BuiltInSubjects): void {
  process.on("message", (job: AnyJob) => void answer(job, subjects));
  process.once("disconnect", () => process.exit());
}

async function answer(job: AnyJob, subjects: BuiltInSubjects): Promise<void> {
  process.send?.(await replyTo(job, subjects));
}

async function replyTo(
  job: AnyJob,
  subjects: BuiltInSubjects,
): Promise<PowerReply | ExplainReply | CorruptionReply> {
  if (job.kind === "explain") return explainCrash(job, subjects);
  try {
    if (job.kind === "corrupt") return await corrupt(job, subjects);
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

/**
 * Writes the store and damages it in many ways.
 * @throws SupervisorError `bad-subject`
 */
async function corrupt(job: CorruptionJob, subjects: BuiltInSubjects): Promise<CorruptionReply> {
  const { options, workload, plan, promise, keepsSilent } = job;
  const store = { subject: await loadSubject(job.subject, subjects), options };
  const trial = { store, workload, plan, promise, keepsSilent };
  return { kind: "judged", outcome: await runCorruptionTrial(trial) };
}
