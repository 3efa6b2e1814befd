// Which events of a history end something that an I/O error struck, and so may tell of a failure.
import { firstOperation } from "../workload.ts";
import type { History, HistoryEvent } from "./history.ts";

/**
 * The places of all failures, of operations, openings and recoveries, that an I/O error comes before:
 * in the same recovery, or in the same life without a reopen that was asked for later and acknowledged.
 */
export function excusedFailures(history: History): ReadonlySet<number> {
  const excused = new Set<number>();
  const walk = new StruckSteps(history);
  for (const [place, event] of history.events.entries()) {
    if (walk.isStruck && tellsFailure(event)) excused.add(place);
    walk.follow(event);
  }
  return excused;
}

function tellsFailure(event: HistoryEvent): boolean {
  if (event.kind === "recovered") return event.outcome.kind !== "found";
  return event.kind === "failed" || event.kind === "open-failed";
}

/** Follows a history: whether an I/O error has struck what is under way. */
class StruckSteps {
  readonly #history: History;
  #struck = false;
  /** The operation that was asked for last; -1 before the first of a life. */
  #asked = -1;
  /** Operations that were asked for by the time of the last error. */
  #askedBefore = -1;

  constructor(history: History) {
    this.#history = history;
  }

  get isStruck(): boolean {
    return this.#struck;
  }

  follow(event: HistoryEvent): void {
    switch (event.kind) {
      case "io-error":
        this.#struck = true;
        this.#askedBefore = this.#asked;
        return;
      case "invoked":
        this.#asked = event.operation;
        return;
      case "acknowledged":
        if (event.operation > this.#askedBefore && this.#isReopen(event)) this.#struck = false;
        return;
      case "open":
        this.#asked = firstOperation(this.#history.workload, event.life) - 1;
        this.#struck = false;
        return;
      case "closed":
      case "crash":
      case "open-failed":
      case "recovered":
        this.#struck = false;
        return;
      case "opened":
      case "failed":
      case "stalled":
        return;
    }
  }

  #isReopen({ operation }: { readonly operation: number }): boolean {
    return this.#history.workload.lives.flat()[operation]?.kind === "reopen";
  }
}
