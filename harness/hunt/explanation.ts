// The explanation of a violation: the smallest crash state that still breaks, and the sync that mends it.
import { formatCrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import { type ChosenItem, chosenItems } from "./chosen-items.ts";
import { CrashBench } from "./crash-bench.ts";
import type { Conviction, CrashCase } from "./crash-case.ts";
import { eventWords } from "./event-words.ts";
import { findRemedy, type Remedy } from "./remedy.ts";
import { smallestChoice } from "./smallest-choice.ts";

/** What broke, on which disk, when, and which sync prevents it. */
export interface Explanation {
  /** The power fails right after this event. */
  readonly at: number;
  /** The event in words: `the acknowledgement of append 9`. */
  readonly event: string;
  /** As `parseCrashChoice` reads it. */
  readonly choice: string;
  /** What the choice keeps where the rest is lost, or loses where the rest is kept. */
  readonly items: readonly ChosenItem[];
  readonly violation: Violation;
  /** None where no sync that was tried prevents it: then it is no sync that is missing. */
  readonly remedy: Remedy | undefined;
}

/** Explains a conviction; `undefined` where its disk, built again, does not break anything. */
export async function explain(
  crashCase: CrashCase,
  trace: DiskTrace,
  conviction: Pick<Conviction, "at" | "choice">,
): Promise<Explanation | undefined> {
  const bench = new CrashBench(crashCase, trace);
  if (!(await bench.breaks(conviction.at, conviction.choice))) {
    return undefined;
  }
  const { at, choice } = await smallestBreak(bench, { crashCase, trace, ...conviction });
  const violation = await bench.violation(at, choice);
  if (violation === undefined) {
    return undefined;
  }
  const { workload } = crashCase;
  return {
    at,
    event: eventWords(trace, at, workload),
    choice: formatCrashChoice(choice),
    items: chosenItems({ crashCase, trace, at, choice }),
    violation,
    remedy: await findRemedy({ crashCase, trace, at, choice }),
  };
}

interface Break extends Pick<Conviction, "at" | "choice"> {
  readonly crashCase: CrashCase;
  readonly trace: DiskTrace;
}

/** Fewer clauses, then an earlier power cut, and with that perhaps fewer clauses again. */
async function smallestBreak(
  bench: CrashBench,
  from: Break,
): Promise<Pick<Conviction, "at" | "choice">> {
  const { crashCase, trace } = from;
  const breaks = bench.breaks.bind(bench);
  const { profile } = crashCase;
  const choice = await smallestChoice({ trace, profile, at: from.at, choice: from.choice }, breaks);
  let { at } = from;
  while (at > 0 && (await bench.breaks(at - 1, choice))) {
    at -= 1;
  }
  return { at, choice: await smallestChoice({ trace, profile, at, choice }, breaks) };
}
