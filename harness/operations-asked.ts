// How far the operations of a life are asked: in number order, several in flight, a reopen alone.
import type { Operation } from "./workload.ts";

/** What is asked, and how many of it may be without an answer at once. */
export interface OperationsToAsk {
  readonly operations: readonly Operation[];
  /** From 1. */
  readonly concurrency: number;
}

/**
 * How many operations, from the first, have been asked once `answers` of them are answered, in
 * whatever order: as many as there are slots for. A reopen is asked when nothing is in flight, and
 * nothing else is asked before its answer. The one rule of all who ask, and of those who tell from
 * the answers alone what was asked.
 */
export function operationsAsked(
  { operations, concurrency }: OperationsToAsk,
  answers: number,
): number {
  const most = Math.min(operations.length, answers + concurrency);
  // All that come before this number were asked: behind a reopen there are more answers than it has places.
  let asked = Math.min(answers, most);
  while (asked < most) {
    const isReopen = operations[asked]?.kind === "reopen";
    if (isReopen && asked > answers) return asked;
    asked += 1;
    if (isReopen) return asked;
  }
  return asked;
}
