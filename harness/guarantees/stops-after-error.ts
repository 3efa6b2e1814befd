// stops-after-error: what a failed call of the disk has touched is not acknowledged, nor anything after it.
import { parseIoFailure } from "../disk/io-failure.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Operation } from "../workload.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { cutText } from "./wording.ts";

/**
 * Behind EIO or ENOSPC. A short write, a slow sync and EINTR may be mended by going on, and of an
 * error that the disk tells late the store knows nothing yet. Where several operations were in flight when
 * it struck, each of them may have been done by then, so they are not judged.
 */
export const stopsAfterError: Guarantee = {
  name: "stops-after-error",
  statement:
    "After a call of the disk has failed, nothing is acknowledged until the store was opened again.",
  judge: ({ history, operations, promise }) => {
    if (!history.events.some(({ kind }) => kind === "io-error")) return [];
    if (promise.failsStop !== true) {
      return { notApplicable: "the store does not promise to stop after an I/O error" };
    }
    const walk = new Walk(operations);
    return history.events.flatMap((event) => walk.follow(event));
  },
};

class Walk {
  readonly #operations: readonly Operation[];
  readonly #inFlight = new Set<number>();
  /** As its event tells it; undefined while nothing is broken, or what followed has been told. */
  #failure: string | undefined;
  /** The operations in which it struck. */
  #during: readonly number[] = [];

  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
  }

  follow(event: HistoryEvent): readonly Violation[] {
    switch (event.kind) {
      case "io-error":
        this.#strike(event.failure);
        return [];
      case "invoked":
        this.#inFlight.add(event.operation);
        return [];
      case "failed":
        this.#inFlight.delete(event.operation);
        return [];
      case "acknowledged":
        this.#inFlight.delete(event.operation);
        return this.#acknowledge(event.operation, event.life);
      case "opened":
        return this.#tell(event.life, `the opening of life ${event.life} was acknowledged`);
      case "closed":
        return this.#end(event.life, `the close of life ${event.life} was acknowledged`);
      case "recovered": {
        const found = event.outcome.kind === "found";
        return this.#end(event.life, found ? "the recovery told what it had found" : undefined);
      }
      case "open":
      case "open-failed":
      case "crash":
        return this.#end(event.life, undefined);
      case "stalled":
        return [];
    }
  }

  #strike(failure: string): void {
    const { kind, cache } = parseIoFailure(failure);
    if (cache === "late" || (kind !== "EIO" && kind !== "ENOSPC")) return;
    this.#failure = failure;
    this.#during = [...this.#inFlight];
  }

  #acknowledge(operation: number, life: number): readonly Violation[] {
    const kind = this.#operations[operation]?.kind ?? "operation";
    const isStruck = this.#during.includes(operation);
    if (isStruck && this.#during.length > 1) return [];
    if (!isStruck && kind === "reopen") {
      this.#failure = undefined;
      return [];
    }
    return this.#tell(life, `${kind} ${operation} (life ${life}) was acknowledged`, [operation]);
  }

  /** Nothing is under way any more; what comes next is another step. */
  #end(life: number, acknowledged: string | undefined): readonly Violation[] {
    const told = acknowledged === undefined ? [] : this.#tell(life, acknowledged);
    this.#failure = undefined;
    this.#during = [];
    this.#inFlight.clear();
    return told;
  }

  /** Each failure is told once. */
  #tell(life: number, what: string, operations: readonly number[] = []): readonly Violation[] {
    const failure = this.#failure;
    if (failure === undefined) return [];
    this.#failure = undefined;
    const message = `${what}, though a call of the disk had failed before it (${cutText(failure)})`;
    return [{ guarantee: "stops-after-error", life, message, operations }];
  }
}
