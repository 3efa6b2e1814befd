// What the store answered to each operation, gathered before a history is walked.
import type { History, HistoryEvent } from "./history.ts";
import type { Outcome } from "./log-record.ts";

/** An operation that was asked: its answer, with the LSNs that came with it. */
export interface Answer {
  readonly outcome: Outcome;
  readonly lsns: readonly number[];
  /** When it was acknowledged, where that is known. */
  readonly atMs?: number;
  /** The place in the history's events at which it was asked. */
  readonly invokedAt: number;
  /** The place of its answer, or of the crash that left it without one; `Infinity` for neither. */
  readonly endedAt: number;
}

/** Each operation that was asked. */
export function gatherAnswers({ events }: History): ReadonlyMap<number, Answer> {
  const answers = new Map<number, Answer>();
  /** When each operation in flight was asked for. */
  const inFlight = new Map<number, number>();
  const leaveUnanswered = (endedAt: number): void => {
    for (const [operation, invokedAt] of inFlight) {
      answers.set(operation, { outcome: "unanswered", lsns: [], invokedAt, endedAt });
    }
    inFlight.clear();
  };
  for (const [endedAt, event] of events.entries()) {
    if (event.kind === "invoked") {
      inFlight.set(event.operation, endedAt);
    } else if (event.kind === "acknowledged" || event.kind === "failed") {
      const invokedAt = inFlight.get(event.operation) ?? endedAt;
      inFlight.delete(event.operation);
      answers.set(event.operation, answerOf(event, invokedAt, endedAt));
    } else if (event.kind === "crash") {
      leaveUnanswered(endedAt);
    }
  }
  leaveUnanswered(Infinity);
  return answers;
}

function answerOf(
  event: HistoryEvent & { readonly kind: "acknowledged" | "failed" },
  invokedAt: number,
  endedAt: number,
): Answer {
  if (event.kind === "failed") return { outcome: "failed", lsns: [], invokedAt, endedAt };
  const { lsns, atMs } = event;
  const answer = { outcome: "acknowledged", lsns, invokedAt, endedAt } as const;
  return atMs === undefined ? answer : { ...answer, atMs };
}
