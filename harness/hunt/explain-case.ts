// The explanation of one violation, wherever its disks are recovered.
import { parseCrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import { CrashBench } from "./crash-bench.ts";
import type { CrashCase } from "./crash-case.ts";
import { cutsPower } from "./cuts-power.ts";
import type { ExplainJob, ExplainReply, SmallestCrash } from "./explain-job.ts";
import { type Explanation, explain } from "./explanation.ts";
import { mildestProfile } from "./mildest-profile.ts";
import type { SpaceLimits } from "./space-source.ts";

/**
 * Explains the violation, and tries so many states of each profile for the mildest one.
 * @throws DiskError for a crash that the trace does not have
 */
export async function explainCase(
  crashCase: CrashCase,
  { trace, crash, prior }: Pick<ExplainJob, "trace" | "crash" | "prior">,
  limits: SpaceLimits,
): Promise<ExplainReply> {
  const conviction = { at: crash.at, choice: parseCrashChoice(crash.choice) };
  const explanation = await explain(crashCase, trace, conviction);
  const smallest = explanation && (await crashOf(explanation, crashCase, trace));
  if (explanation === undefined || smallest === undefined) {
    const reason = "one recovery of this disk alone, built again, breaks no promise";
    return { kind: "unexplained", reason };
  }
  // Then no sync of this recording mends it, and every device shows it.
  if (explanation.choice === "newest" && prior.some(cutsPower)) {
    const reason = "it breaks with all of this disk kept, after an earlier power cut of the chain";
    return { kind: "unexplained", reason, smallest };
  }
  const mildest = await mildestProfile(crashCase, trace, limits);
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
