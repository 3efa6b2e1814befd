// The explanation as a worker makes it: with the subject in this process, on disks in memory.
import { DiskError } from "../disk/disk-error.ts";
import { profileNamed } from "../disk/profile.ts";
import { FindingReader } from "../power/finding.ts";
import { LogCatalogue } from "../power/log-catalogue.ts";
import { recoverOn } from "../power/recorded-store.ts";
import { type BuiltInSubjects, loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { CrashCase } from "./crash-case.ts";
import { explainCase } from "./explain-case.ts";
import type { ExplainJob, ExplainReply } from "./explain-job.ts";

/** States of each profile that are tried for the mildest one. */
const MILDEST_LIMITS = { seed: 1, statesMax: 1_000, exhaustiveMax: 64 };

/** Explains one violation; what is wrong with the job is the reason of its answer. */
export async function explainCrash(
  job: ExplainJob,
  subjects: BuiltInSubjects,
): Promise<ExplainReply> {
  try {
    return await explainJob(job, subjects);
  } catch (error) {
    if (!(error instanceof DiskError || error instanceof SupervisorError)) throw error;
    return { kind: "unexplained", reason: error.message };
  }
}

async function explainJob(job: ExplainJob, subjects: BuiltInSubjects): Promise<ExplainReply> {
  return explainCase(await crashCaseOf(job, subjects), job, MILDEST_LIMITS);
}

async function crashCaseOf(job: ExplainJob, subjects: BuiltInSubjects): Promise<CrashCase> {
  const { options, workload, promise, profile, prior } = job;
  const store = { subject: await loadSubject(job.subject, subjects), options };
  // Without known LSNs nothing is ordinary: each value is told as it came.
  const reader = new FindingReader(new LogCatalogue(workload, []), true);
  return {
    workload,
    promise,
    profile: profileNamed(profile),
    prior,
    recover: async (state) => (await reader.read(() => recoverOn(store, state.disk()))).outcome(),
  };
}
