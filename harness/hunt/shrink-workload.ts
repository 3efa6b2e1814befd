// A violation made small: fast-check shrinks the workload as long as a trial of it still breaks a promise.
//
// First along the scenario's own workloads, which makes lives, payloads and options small too, but
// never below what the scenario asks for; then operation by operation, whatever it asks for.
import * as fc from "fast-check";
import type { History } from "../history/history.ts";
import { gaveNoAnswer } from "../power/repeat-crash.ts";
import type { Scenario } from "../scenario.ts";
import type { TrialRecord } from "../trial-record.ts";
import { CONCURRENCY_MAX, type Workload } from "../workload.ts";

/** How long each of the two steps goes on, in milliseconds; what is smallest by then is kept. */
const STEP_LIMIT_MS = 3_000;

/** What a trial came to, as far as its size goes. */
export interface ShrunkTrial {
  readonly record: Pick<TrialRecord, "seed" | "verdict">;
  readonly history: History;
}

/**
 * The smallest violation found; the one that was given where none is smaller. The trial drew its
 * workload from its seed: fast-check draws the same one again and shrinks it.
 */
export async function shrinkWorkload<Trial extends ShrunkTrial>(
  { workloads }: Pick<Scenario, "workloads">,
  found: Trial,
  run: (workload: Workload) => Promise<Trial>,
): Promise<Trial> {
  // Each smaller one would take its whole limit, and most of them hang as well.
  if (found.history.events.some(gaveNoAnswer)) return found;
  let smallest = found;
  const holds = async (workload: Workload): Promise<boolean> => {
    const tried = await run(workload);
    const broken = tried.record.verdict === "violated";
    if (broken && size(workload) < size(smallest.history.workload)) smallest = tried;
    return !broken;
  };
  const limits = { numRuns: 1, interruptAfterTimeLimit: STEP_LIMIT_MS };
  const { seed } = found.record;
  await fc.check(fc.asyncProperty(workloads, holds), { ...limits, seed });
  const { workload } = smallest.history;
  const choices = workload.lives.flat().map(() => fc.boolean());
  const chosen = fc.asyncProperty(fc.tuple(...choices), async (kept) => {
    const part = partOf(workload, kept);
    // Nothing at all breaks nothing.
    return part.lives.length === 0 || holds(part);
  });
  await fc.check(chosen, { ...limits, seed, examples: [[choices.map(() => true)]] });
  return smallest;
}

/** The operations that are kept; a life that keeps none is gone. */
function partOf(workload: Workload, kept: readonly boolean[]): Workload {
  let operation = -1;
  const lives = workload.lives.map((life) =>
    life.filter(() => {
      operation += 1;
      return kept[operation] === true;
    }),
  );
  return { ...workload, lives: lives.filter((life) => life.length > 0) };
}

/** In operations, and a little for each life; of as many, fewer in flight are smaller. */
function size({ lives, concurrency = 1 }: Workload): number {
  return lives.flat().length + lives.length + concurrency / (CONCURRENCY_MAX + 1);
}
