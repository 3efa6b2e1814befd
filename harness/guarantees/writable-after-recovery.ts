// writable-after-recovery: a store that opened takes every operation while nothing is broken.

import { livesStruckBy } from "../history/allowance.ts";
import type { HistoryEvent } from "../history/history.ts";
import { excusedFailures } from "../history/struck-steps.ts";
import { type Operation, payloadSizes } from "../workload.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { cutText } from "./wording.ts";

/** A record above the store's limit is refused rightly; a life that fails is told once. */
export const writableAfterRecovery: Guarantee = {
  name: "writable-after-recovery",
  statement: "A store that was opened takes every operation while nothing is broken.",
  judge: ({ history, operations, promise }) => {
    const injected = livesStruckBy(history, "io-error");
    if (history.workload.lives.every((_, life) => injected.has(life))) {
      return { notApplicable: "I/O errors were injected, so operations may fail" };
    }
    const told = new Set<number>();
    const excused = excusedFailures(history);
    return history.events.flatMap((event, place): Violation[] => {
      if (event.kind !== "failed" || told.has(event.life) || injected.has(event.life)) {
        return [];
      }
      if (excused.has(place)) return [];
      const operation = operations[event.operation];
      if (operation === undefined || isAbove(operation, promise.recordLimitBytes)) {
        return [];
      }
      told.add(event.life);
      return [violation(event, operation)];
    });
  },
};

function isAbove(operation: Operation, limitBytes: number | undefined): boolean {
  return limitBytes !== undefined && payloadSizes(operation).some((size) => size > limitBytes);
}

function violation(
  event: Extract<HistoryEvent, { readonly kind: "failed" }>,
  operation: Operation,
): Violation {
  return {
    guarantee: "writable-after-recovery",
    life: event.life,
    message: `${operation.kind} ${event.operation} (life ${event.life}) failed, though nothing was broken (${cutText(event.code)}): ${cutText(event.message)}`,
    operations: [event.operation],
  };
}
