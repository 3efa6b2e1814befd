// A child that records chains and crashes them everywhere, explains what that found, or damages
// stores at rest: one job in, one answer out, again and again.
import type { CorruptionJob, CorruptionReply } from "../corruption/corruption-job.ts";
import { runCorruptionTrial } from "../corruption/corruption-trial.ts";
import { profileNamed } from "../disk/profile.ts";
import { explainCrash } from "../hunt/explain-crash.ts";
import type { ExplainJob, ExplainReply } from "../hunt/explain-job.ts";
import { noteWriter } from "../supervisor/progress-note.ts";
import { type BuiltInSubjects, loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { explore } from "./explore.ts";
import type { PowerJob, PowerReply } from "./power-job.ts";
import { recordChain } from "./record-chain.ts";
import type { RecordedStore } from "./recorded-store.ts";
import type { RepeatJob, RepeatReply } from "./repeat-job.ts";
import { runSteps } from "./run-steps.ts";
import { settleFailure } from "./settle-failure.ts";
import { stoppedExploration } from "./stopped-recording.ts";
import { RecoveryCalls, watchStore } from "./watched-store.ts";

type AnyJob = PowerJob | ExplainJob | CorruptionJob | RepeatJob;
type AnyReply = PowerReply | ExplainReply | CorruptionReply | RepeatReply;

const note = noteWriter();

/** Answers each job that arrives, until the supervisor is gone. */
export function runPowerWorker(subjects: BuiltInSubjects): void {
  process.on("message", (job: AnyJob) => void answer(job, subjects));
  process.once("disconnect", () => process.exit());
}

async function answer(job: AnyJob, subjects: BuiltInSubjects): Promise<void> {
  process.send?.(await replyTo(job, subjects));
}

async function replyTo(job: AnyJob, subjects: BuiltInSubjects): Promise<AnyReply> {
  if (job.kind === "explain") return explainCrash(job, subjects);
  try {
    const store = { subject: await loadSubject(job.subject, subjects), options: job.options };
    switch (job.kind) {
      case "corrupt":
        return await corrupt(store, job);
      case "power":
        return await crashEverywhere(store, job);
      case "repeat":
        return await repeat(store, job);
    }
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    return { kind: "bad-subject", message: error.message };
  }
}

/** Records the chain and explores it. */
async function crashEverywhere(store: RecordedStore, job: PowerJob): Promise<PowerReply> {
  const { workload, promise, seed, limits } = job;
  const calls = new RecoveryCalls(note, job.unanswered);
  const profile = profileNamed(job.profile);
  const chain = { workload, profile, seed };
  const settled = await settleFailure({ ...chain, store, plan: job.plan });
  const { plan } = settled;
  const lived = watchStore(store, { calls, opensBefore: 1 });
  const recording = await recordChain({ ...chain, store: lived, plan });
  const { trace, prior } = recording;
  const marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
  const events = [...prior, ...marks];
  const stopped = stoppedExploration(recording, { workload, profile: job.profile });
  const told = { kind: "explored", events, plan, calls: settled.calls } as const;
  if (stopped !== undefined) return { ...told, exploration: stopped };
  const device = job.lying ? profileNamed("lying") : profile;
  const crashed = watchStore(store, { calls, opensBefore: 0 });
  const asked = { trace, prior, profile: device, workload, promise, seed, limits };
  return { ...told, exploration: await explore({ store: crashed, ...asked }) };
}

/** Writes the store and damages it in many ways. */
async function corrupt(store: RecordedStore, job: CorruptionJob): Promise<CorruptionReply> {
  const { workload, plan, promise, keepsSilent } = job;
  const calls = new RecoveryCalls(note, job.unanswered);
  // The lives that write the store end well or are killed: their opens are no damage's doing.
  const watched = watchStore(store, { calls, opensBefore: Number.POSITIVE_INFINITY });
  const trial = { store: watched, workload, plan, promise, keepsSilent };
  return { kind: "judged", outcome: await runCorruptionTrial(trial) };
}

/** Recovers one disk as a trial did. */
async function repeat(store: RecordedStore, job: RepeatJob): Promise<RepeatReply> {
  const calls = new RecoveryCalls(note);
  const events = await runSteps(watchStore(store, { calls, opensBefore: 0 }), job);
  return { kind: "repeated", events };
}
