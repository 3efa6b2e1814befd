// The events of a history around its crash, as a story tells them.
import type { StoryEvent } from "../crash-story.ts";
import { cutText } from "../guarantees/wording.ts";
import type { HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { happenedWords } from "../hunt/event-words.ts";
import type { Workload } from "../workload.ts";

/** Events that are told, and how many came before them. */
export interface LivedEvents {
  readonly events: readonly StoryEvent[];
  readonly leftOut: number;
}

/** The last events before event `end` of a history, `limit` of them at most. */
export function livedEvents({ events, end, workload }: EndedLife, limit: number): LivedEvents {
  const from = Math.max(0, end - limit);
  const told = events.slice(from, end);
  return {
    events: told.map((event, index) => livedEvent(event, from + index, workload)),
    leftOut: from,
  };
}

/** A history, and the event that ended the life. */
export interface EndedLife {
  readonly events: readonly HistoryEvent[];
  readonly end: number;
  readonly workload: Workload;
}

/** One event at its place. */
export function livedEvent(happened: HistoryEvent, at: number, workload: Workload): StoryEvent {
  const text = `${happenedWords(happened, workload)}${detail(happened)}`;
  const { kind, life } = happened;
  return {
    at,
    kind: KINDS[kind],
    text,
    life,
    ...("operation" in happened ? { operation: happened.operation } : {}),
  };
}

const KINDS: { readonly [K in HistoryEvent["kind"]]: StoryEvent["kind"] } = {
  open: "request",
  opened: "acknowledgement",
  "open-failed": "failure",
  invoked: "request",
  acknowledged: "acknowledgement",
  failed: "failure",
  "io-error": "failure",
  stalled: "failure",
  closed: "acknowledgement",
  crash: "crash",
  recovered: "recovery",
};

function detail(happened: HistoryEvent): string {
  switch (happened.kind) {
    case "failed":
    case "open-failed":
      return `: ${cutText(`${happened.code ?? ""} ${happened.message}`.trim())}`;
    case "crash":
      return ` by ${cutText(happened.fault)}`;
    case "recovered":
      return `: ${outcomeWords(happened.outcome)}`;
    case "open":
    case "opened":
    case "invoked":
    case "acknowledged":
    case "io-error":
    case "stalled":
    case "closed":
      return "";
  }
}

function outcomeWords(outcome: RecoveryOutcome): string {
  switch (outcome.kind) {
    case "found":
      return `${outcome.records.length} values found`;
    case "refused":
      return `refused, ${cutText(`${outcome.code ?? ""} ${outcome.message}`.trim())}`;
    case "hung":
      return `no end within ${outcome.limitMs} ms`;
    case "died":
      return `the process died, ${cutText(outcome.message)}`;
  }
}
