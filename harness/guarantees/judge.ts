// The judge: a history and a promise -> a verdict, with the violations that made it.

import { allowanceOf, faultKind } from "../history/allowance.ts";
import { eventOrderBreach } from "../history/event-order.ts";
import type { History } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import type { Verdict } from "../trial-record.ts";
import { batchWhole } from "./batch-whole.ts";
import { everythingAnswered } from "./everything-answered.ts";
import type { StorePromise, Violation } from "./guarantee.ts";
import type { Guarantee, HistoryView } from "./history-view.ts";
import { logOrder } from "./log-order.ts";
import { lossWithinAllowance } from "./loss-within-allowance.ts";
import { lsnOrder } from "./lsn-order.ts";
import { noHole } from "./no-hole.ts";
import { nothingDoubled } from "./nothing-doubled.ts";
import { nothingInvented } from "./nothing-invented.ts";
import { nothingLost } from "./nothing-lost.ts";
import { nothingReturns } from "./nothing-returns.ts";
import { recoveryRepeatable } from "./recovery-repeatable.ts";
import { recoverySucceeds } from "./recovery-succeeds.ts";
import { stopsAfterError } from "./stops-after-error.ts";
import { writableAfterRecovery } from "./writable-after-recovery.ts";

/** All guarantees, in the order in which violations are told: the heaviest first. */
export const guarantees: readonly Guarantee[] = [
  recoverySucceeds,
  everythingAnswered,
  nothingLost,
  lossWithinAllowance,
  nothingInvented,
  nothingDoubled,
  nothingReturns,
  batchWhole,
  noHole,
  logOrder,
  lsnOrder,
  recoveryRepeatable,
  writableAfterRecovery,
  stopsAfterError,
];

/** What a history came to. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  /** Guarantees that could not be judged: "lsn-order: the store gives no LSNs". */
  readonly notApplicable: readonly string[];
  /** Why the history proves nothing, or not all. */
  readonly problem?: string;
}

/**
 * Judges a finished history. It first checks its own assumptions: a history whose events cannot
 * have happened, or whose writer went on without an answer, is inconclusive and not judged further.
 * What breaks behind a crash under which nothing is promised is told, and sets no verdict.
 */
export function judgeHistory(history: History, promise: StorePromise): Judgement {
  const breach = eventOrderBreach(history);
  if (breach !== undefined) {
    return inconclusive(`the writer broke the protocol: ${breach}`);
  }
  try {
    const unpromised = firstUnpromised(history, promise);
    if (unpromised < 0) return judgeEvents(history, promise);
    const before = { ...history, events: history.events.slice(0, unpromised) };
    const promised = judgeEvents(before, promise);
    if (promised.verdict !== "held") return promised;
    const judged = judgeEvents(history, promise);
    return judged.verdict === "inconclusive" ? judged : { ...judged, verdict: "measured" };
  } catch (error) {
    return inconclusive(`the history could not be read: ${text(error)}`);
  }
}

/** The first crash under which the store promises nothing; -1 where there is none. */
function firstUnpromised({ events }: History, promise: StorePromise): number {
  return events.findIndex(
    (event) =>
      event.kind === "crash" && allowanceOf(promise, faultKind(event.fault)) === "anything",
  );
}

function judgeEvents(history: History, promise: StorePromise): Judgement {
  const oracle = readHistory(history, promise);
  if (oracle.problem !== undefined) {
    return inconclusive(oracle.problem);
  }
  const operations = history.workload.lives.flat();
  return judgeView({ history, operations, promise, oracle }, guarantees);
}

/** Asks each guarantee; one that throws leaves the verdict inconclusive at best. */
export function judgeView(view: HistoryView, asked: readonly Guarantee[]): Judgement {
  const violations: Violation[] = [];
  const notApplicable: string[] = [];
  const problems: string[] = [];
  for (const guarantee of asked) {
    try {
      const judged = guarantee.judge(view);
      if ("notApplicable" in judged) {
        notApplicable.push(`${guarantee.name}: ${judged.notApplicable}`);
      } else {
        violations.push(...judged);
      }
    } catch (error) {
      problems.push(`${guarantee.name} could not be judged: ${text(error)}`);
    }
  }
  const unjudged: Verdict = problems.length > 0 ? "inconclusive" : "held";
  return {
    verdict: violations.length > 0 ? "violated" : unjudged,
    violations,
    notApplicable,
    ...(problems.length > 0 ? { problem: problems.join("; ") } : {}),
  };
}

function inconclusive(problem: string): Judgement {
  return { verdict: "inconclusive", violations: [], notApplicable: [], problem };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
