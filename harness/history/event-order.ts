// The judges' own assumptions: a history whose events cannot have happened proves nothing.
import { firstOperation, type Workload } from "../workload.ts";
import type { CrashPoint, History, HistoryEvent } from "./history.ts";

/** Where the history stands between two events. */
interface Place {
  readonly workload: Workload;
  life: number;
  phase: "ended" | "opening" | "open";
  /** The operation that comes next in this life. */
  next: number;
  /** The first operation of the next life. */
  end: number;
  /** The operation that was asked and not answered; one at a time, as the writer works. */
  unanswered: number | undefined;
}

/**
 * The first event that cannot have followed the ones before it, as a sentence; undefined where all
 * is well. A breach is the writer's or the supervisor's, never the store's.
 */
export function eventOrderBreach(history: History): string | undefined {
  const place: Place = {
    workload: history.workload,
    life: -1,
    phase: "ended",
    next: 0,
    end: 0,
    unanswered: undefined,
  };
  for (const [index, event] of history.events.entries()) {
    const breach = follow(place, event);
    if (breach !== undefined) {
      return `event ${index} (${event.kind}, life ${event.life}): ${breach}`;
    }
  }
  return undefined;
}

/** Goes on by one event; the reason where it cannot. */
function follow(place: Place, event: HistoryEvent): string | undefined {
  if (event.kind !== "open" && event.life !== place.life) {
    return `life ${place.life} is the one at work`;
  }
  switch (event.kind) {
    case "open":
      return startLife(place, event.life);
    case "opened":
      return leave(place, "opening", "open");
    case "open-failed":
      return leave(place, "opening", "ended");
    case "invoked":
      return invoke(place, event.operation);
    case "acknowledged":
    case "failed":
      return answer(place, event.operation);
    case "closed":
      return closeBreach(place) ?? leave(place, "open", "ended");
    case "crash":
      return crash(place, event.point);
    case "recovered":
      return leave(place, "ended", "ended");
    case "io-error":
    case "stalled":
      return undefined;
  }
}

function leave(place: Place, from: Place["phase"], to: Place["phase"]): string | undefined {
  if (place.phase !== from) {
    return `it comes while the life is ${place.phase}`;
  }
  place.phase = to;
  return undefined;
}

function startLife(place: Place, life: number): string | undefined {
  if (place.phase !== "ended") {
    return `life ${place.life} has not ended`;
  }
  if (life <= place.life || life >= place.workload.lives.length) {
    return `after life ${place.life} of ${place.workload.lives.length} it cannot begin`;
  }
  place.life = life;
  place.phase = "opening";
  place.next = firstOperation(place.workload, life);
  place.end = place.next + (place.workload.lives[life] ?? []).length;
  place.unanswered = undefined;
  return undefined;
}

function invoke(place: Place, operation: number): string | undefined {
  if (place.phase !== "open") {
    return `operation ${operation} was asked while the life is ${place.phase}`;
  }
  if (place.unanswered !== undefined) {
    return `operation ${operation} was asked before ${place.unanswered} was answered`;
  }
  if (operation !== place.next || operation >= place.end) {
    return `operation ${operation} was asked where ${place.next} of ${place.end} is next`;
  }
  place.next += 1;
  place.unanswered = operation;
  return undefined;
}

function answer(place: Place, operation: number): string | undefined {
  if (place.phase !== "open" || place.unanswered !== operation) {
    return `operation ${operation} was answered, and ${place.unanswered ?? "none"} was asked`;
  }
  place.unanswered = undefined;
  return undefined;
}

function closeBreach(place: Place): string | undefined {
  return place.unanswered === undefined
    ? undefined
    : `operation ${place.unanswered} was never answered`;
}

/** A crash after a clean close, or after an open that failed, is one too. */
function crash(place: Place, point: CrashPoint): string | undefined {
  const phase = place.phase;
  const unanswered = place.unanswered;
  place.phase = "ended";
  // Nobody is left to answer, so another crash before the recovery strikes an idle store.
  place.unanswered = undefined;
  switch (point.during) {
    case "open":
      return phase === "opening" || phase === "ended" ? undefined : "the store was open";
    case "operation":
      return phase === "open" && unanswered === point.operation
        ? undefined
        : `it struck operation ${point.operation}, and ${unanswered ?? "none"} was asked`;
    case "idle":
      return phase !== "opening" && unanswered === undefined
        ? undefined
        : "it struck between operations, and the writer was at work";
    case "recovery":
      return phase === "ended" ? undefined : "the life has not ended";
  }
}
