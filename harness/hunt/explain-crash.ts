// The explanation as a worker makes it: with the subject in this process, on disks in memory.
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { profileNamed } from "../disk/profile.ts";
import { cutsPower } from "../faults/power.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import { FindingReader } from "../power/finding.ts";
import { LogCatalogue } from "../power/log-catalogue.ts";
import { recoverOn } from "../power/recorded-store.ts";
import { type BuiltInSubjects, loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { CrashBench } from "./crash-bench.ts";
import type { CrashCase } from "./crash-case.ts";
import type { ExplainJob, ExplainReply, SmallestCrash } from "./explain-job.ts";
import { type Explanation, explain } from "./explanation.ts";
import { mildestProfile } from "./mildest-profile.ts";

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
  const { trace, crash } = job;
  const crashCase = await crashCaseOf(job, subjects);
  const conviction = { at: crash.at, choice: parseCrashChoice(crash.choice) };
  const explanation = await explain(crashCase, trace, conviction);
  const smallest = explanation && (await crashOf(explanation, crashCase, trace));
  if (explanation === undefined || smallest === undefined) {
    const reason = "one recovery of this disk alone, built in memory, breaks no promise";
    return { kind: "unexplained", reason };
  }
  // Then no sync of this recording mends it, and every device shows it.
  if (explanation.choice === "newest" && job.prior.some(cutsPower)) {
    const reason = "it breaks with all of this disk kept, after an earlier power cut of the chain";
    return { kind: "unexplained", reason, smallest };
  }
  const mildest = await mildestProfile(crashCase, trace, MILDEST_LIMITS);
  const told = { kind: "explained", explanation, smallest } as const;
  return mildest === undefined ? told : { ...told, mildest: mildest.name };
}

async function crashOf(
  { at, choice }: Explanation,
  crashCase: CrashCase,
  trace: DiskTrace,
): Promise<SmallestCrash | undefined> {
  const history = await new CrashBench(crashCase, trace).history(at, parseCrashChoice(choice));
  if (history === undefined) return undefined;
  const { violations } = judgeHistory(history, crashCase.promise);
  return { step: { at, choice }, events: history.events, violations };
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
    recover: async (disk) => (await reader.read(() => recoverOn(store, disk))).outcome(),
  };
}
