// What a store answered right behind each I/O error: to whom it was told, or that it was not.
import { parseIoFailure } from "../disk/io-failure.ts";
import type { HistoryEvent } from "./history.ts";

/**
 * How often each answer followed an error, by call, error and answer: `syncData:EIO failed`.
 *
 * - `acknowledged`, `failed`: the oldest operation that was in flight when it struck was answered so.
 * - `opened`, `refused`: the store was being opened, and then was open, or said that it could not be.
 * - `idle`: nothing was in flight, so nobody was told at once.
 * - `ended`: the store's process ended, or was ended, without such an answer.
 */
export type AnswersToFailures = { readonly [callAndAnswer: string]: number };

/** Counts them, in a history of lives that follow each other. */
export function answersToFailures(events: readonly HistoryEvent[]): AnswersToFailures {
  const counts: Record<string, number> = {};
  for (const [place, event] of events.entries()) {
    if (event.kind !== "io-error") continue;
    const { call, kind } = parseIoFailure(event.failure);
    const key = `${call}:${kind} ${answerTo(events, place)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function answerTo(events: readonly HistoryEvent[], place: number): string {
  const state = stateAt(events, place);
  if (state === "idle") return "idle";
  for (const event of events.slice(place + 1)) {
    switch (event.kind) {
      case "acknowledged":
      case "failed":
        if (event.operation === state) return event.kind;
        break;
      case "opened":
        if (state === "opening") return "opened";
        break;
      case "open-failed":
        return "refused";
      case "closed":
      case "crash":
      case "open":
      case "recovered":
        return "ended";
      case "invoked":
      case "io-error":
      case "stalled":
        break;
    }
  }
  return "ended";
}

/** What was under way: an opening, the operation that was asked first, or nothing. */
function stateAt(events: readonly HistoryEvent[], place: number): "opening" | "idle" | number {
  const inFlight = new Set<number>();
  let isOpening = false;
  for (const event of events.slice(0, place)) {
    switch (event.kind) {
      case "open":
        inFlight.clear();
        isOpening = true;
        break;
      case "opened":
        isOpening = false;
        break;
      case "invoked":
        inFlight.add(event.operation);
        break;
      case "acknowledged":
      case "failed":
        inFlight.delete(event.operation);
        break;
      case "open-failed":
      case "closed":
      case "crash":
      case "recovered":
      case "io-error":
      case "stalled":
        break;
    }
  }
  const [oldest] = inFlight;
  return isOpening ? "opening" : (oldest ?? "idle");
}
