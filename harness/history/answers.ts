// What the store answered to each operation, gathered before a history is walked.
import type { History } from "./history.ts";
import type { Outcome } from "./log-record.ts";

/** An operation's answer, with the LSNs that came with it. */
export interface Answer {
  readonly outcome: Outcome;
  readonly lsns: readonly number[];
  /** When it was acknowledged, where that is known. */
  readonly atMs?: number;
}

/** Of an operation that was asked, and whose life ended first. */
export const NO_ANSWER: Answer = { outcome: "unanswered", lsns: [] };

/** Each operation's answer; those that were asked and have none are not in it. */
export function gatherAnswers(history: History): ReadonlyMap<number, Answer> {
  const answers = new Map<number, Answer>();
  for (const event of history.events) {
    if (event.kind === "acknowledged") {
      const { operation, lsns, atMs } = event;
      const time = atMs === undefined ? {} : { atMs };
      answers.set(operation, { outcome: "acknowledged", lsns, ...time });
    }
    if (event.kind === "failed") {
      answers.set(event.operation, { outcome: "failed", lsns: [] });
    }
  }
  return answers;
}
