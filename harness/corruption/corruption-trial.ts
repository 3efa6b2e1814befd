// A trial of the fault `corrupt`: one store is written, damaged in many ways, and each way is judged.
import type { StoryBytes } from "../crash-story.ts";
import { corruptImage } from "../disk/corruption.ts";
import { drawCorruption } from "../disk/corruption-draw.ts";
import type { DiskImage } from "../disk/image.ts";
import type { CorruptionPlan } from "../faults/corrupt.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import { type RecordedStore, STORE_DIRECTORY } from "../power/recorded-store.ts";
import { stream } from "../seed.ts";
import { differingBytes } from "../story/differing-bytes.ts";
import type { Verdict } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import {
  type CorruptionEnd,
  CorruptionJudge,
  type CorruptionJudgement,
} from "./judge-corruption.ts";
import { smallestCorruption } from "./smallest-corruption.ts";
import { writeAtRest } from "./write-at-rest.ts";

/** What to try. */
export interface CorruptionTrial {
  readonly store: RecordedStore;
  readonly workload: Workload;
  readonly promise: StorePromise;
  readonly plan: CorruptionPlan;
  /** True for the convicting twin: a refusal is taken for an empty store, as if nothing was said. */
  readonly keepsSilent?: boolean;
}

/** How often each end was met. `lost-silently` is the limit of detection, seen. */
export type CorruptionCounts = { readonly [end in CorruptionEnd]: number };

/** What came of it. */
export interface CorruptionOutcome {
  readonly verdict: Verdict;
  readonly counts: CorruptionCounts;
  /** Most operations whose records were lost within the limit by one corruption. */
  readonly lostSilentlyMax: number;
  /** What the writing of the store did, before any damage. */
  readonly events: readonly HistoryEvent[];
  /** The first corruption that broke a promise, made as small as that guarantee allows. */
  readonly violated?: CorruptionJudgement;
  /** The disk as that corruption left it. */
  readonly damaged?: DiskImage;
  /** Where that changed the store's files; `written` is what they held before. */
  readonly changed?: readonly StoryBytes[];
  /** Why the trial proves nothing. */
  readonly problem?: string;
}

/** Runs it; stops at the first violation, for one tells as much as many. */
export async function runCorruptionTrial(trial: CorruptionTrial): Promise<CorruptionOutcome> {
  const { store, workload, promise, plan, keepsSilent = false } = trial;
  const atRest = await writeAtRest(store, workload, plan.ends);
  const judge = await CorruptionJudge.of(atRest, promise, { keepsSilent });
  const random = stream(plan.seed, "corruptions");
  const counts = noCounts();
  const { events } = atRest;
  let lostSilentlyMax = 0;
  let problem = judge.problem;
  for (let drawn = 0; drawn < plan.count && problem === undefined; drawn += 1) {
    const corruption = drawCorruption(judge.image, random, plan.kinds);
    if (corruption === undefined) break;
    const judged = await judge.judge(corruption);
    counts[judged.end] += 1;
    if (judged.end === "violated") {
      const violated = await smallestViolation(judge, judged);
      const damaged = corruptImage(judge.image, violated.corruption);
      const changed = differingBytes(judge.image, damaged, STORE_DIRECTORY);
      return { verdict: "violated", counts, lostSilentlyMax, events, violated, damaged, changed };
    }
    if (judged.end === "lost-silently") {
      lostSilentlyMax = Math.max(lostSilentlyMax, judged.lost.length);
    }
    problem = judged.problem;
  }
  const outcome = { counts, lostSilentlyMax, events };
  return problem === undefined
    ? { ...outcome, verdict: "held" }
    : { ...outcome, verdict: "inconclusive", problem };
}

/** The same guarantee, broken by less damage. */
async function smallestViolation(
  judge: CorruptionJudge,
  found: CorruptionJudgement,
): Promise<CorruptionJudgement> {
  let smallest = found;
  const guarantee = found.violations[0]?.guarantee;
  await smallestCorruption(judge.image, found.corruption, async (corruption) => {
    const judged = await judge.judge(corruption);
    const breaks = judged.violations[0]?.guarantee === guarantee;
    if (breaks) smallest = judged;
    return breaks;
  });
  return smallest;
}

function noCounts(): { [end in CorruptionEnd]: number } {
  return { noticed: 0, harmless: 0, "lost-silently": 0, violated: 0, inconclusive: 0 };
}
