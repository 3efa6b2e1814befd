// The judges' own assumptions: a history whose events cannot have happened proves nothing.
import { firstOperation, type Operation, type Workload } from "../workload.ts";
import type { CrashPoint, History, HistoryEvent } from "./history.ts";

/** Where the history stands between two events. */
interface Place {
  readonly workload: Workload;
  /** All lives' operations, by number. */
  readonly operations: readonly Operation[];
  life: number;
  phase: "ended" | "opening" | "open";
  /** The operation that comes next in this life. */
  next: number;
  /** The first operation of the next life. */
  end: number;
  /** What was asked and not answered, the oldest first. */
  readonly unanswered: number[];
  /** The writer waits for answers that never come. */
  stalled: boolean;
}

/**
 * The first event that cannot have followed the ones before it, as a sentence; undefined where all
 * is well. A breach is the writer's or the supervisor's, never the store's.
 */
export function eventOrderBreach(history: History): string | undefined {
  const place: Place = {
    workload: history.workload,
    operations: history.workload.lives.flat(),
    life: -1,
    phase: "ended",
    next: 0,
    end: 0,
    unanswered: [],
    stalled: false,
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
  if (place.stalled && event.kind !== "crash" && event.kind !== "io-error") {
    return "nothing was under way any more";
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
      return undefined;
    case "stalled":
      return stall(place, event.operations);
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
  place.unanswered.length = 0;
  return undefined;
}

function invoke(place: Place, operation: number): string | undefined {
  if (place.phase !== "open") {
    return `operation ${operation} was asked while the life is ${place.phase}`;
  }
  const [oldest] = place.unanswered;
  if (oldest !== undefined && isFull(place, operation)) {
    return `operation ${operation} was asked before ${oldest} was answered`;
  }
  if (operation !== place.next || operation >= place.end) {
    return `operation ${operation} was asked where ${place.next} of ${place.end} is next`;
  }
  place.next += 1;
  place.unanswered.push(operation);
  return undefined;
}

/** As many as the workload allows are in flight, or a store is opened again, which is done alone. */
function isFull({ workload, unanswered, operations }: Place, operation: number): boolean {
  const isAlone = [operation, ...unanswered].some((one) => operations[one]?.kind === "reopen");
  return isAlone || unanswered.length >= (workload.concurrency ?? 1);
}

function answer({ phase, unanswered }: Place, operation: number): string | undefined {
  const index = unanswered.indexOf(operation);
  if (phase !== "open" || index < 0) {
    return `operation ${operation} was answered, and ${listed(unanswered)} was asked`;
  }
  unanswered.splice(index, 1);
  return undefined;
}

/** With none in flight it is the open, or the close, that never ends. */
function stall(place: Place, operations: readonly number[]): string | undefined {
  if (place.phase === "ended") return "the life has ended";
  const { unanswered } = place;
  const isSame =
    operations.length === unanswered.length &&
    operations.every((operation, index) => operation === unanswered[index]);
  place.stalled = true;
  return isSame
    ? undefined
    : `it names operation ${listed(operations)}, and ${listed(unanswered)} was asked`;
}

function closeBreach({ unanswered }: Place): string | undefined {
  return unanswered.length === 0 ? undefined : `operation ${listed(unanswered)} was never answered`;
}

/** A crash after a clean close, or after an open that failed, is one too. */
function crash(place: Place, point: CrashPoint): string | undefined {
  const { phase } = place;
  const [oldest] = place.unanswered;
  place.phase = "ended";
  place.stalled = false;
  // Nobody is left to answer, so another crash before the recovery strikes an idle store.
  place.unanswered.length = 0;
  switch (point.during) {
    case "open":
      return phase === "opening" || phase === "ended" ? undefined : "the store was open";
    case "operation":
      return phase === "open" && oldest === point.operation
        ? undefined
        : `it struck operation ${point.operation}, and ${oldest ?? "none"} was asked`;
    case "idle":
      return phase !== "opening" && oldest === undefined
        ? undefined
        : "it struck between operations, and the writer was at work";
    case "recovery":
      return phase === "ended" ? undefined : "the life has not ended";
  }
}

function listed(operations: readonly number[]): string {
  return operations.length === 0 ? "none" : operations.join(", ");
}
