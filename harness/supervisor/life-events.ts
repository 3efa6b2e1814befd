// From what a writer said and how it ended to the events of one life. Pure.
import type { CrashPoint, HistoryEvent } from "../history/history.ts";
import type { LifeRecord } from "../trial-record.ts";
import { askedByJob } from "./asked-by-job.ts";
import type { WriteJob } from "./job.ts";
import { exitText, oldestUnanswered } from "./life-ending.ts";
import type { CallLine, ChildLine } from "./protocol.ts";
import type { ChildEnd } from "./running-child.ts";

/** One life as the history tells it. */
export interface LifeStory {
  readonly events: readonly HistoryEvent[];
  readonly ended: LifeRecord["ended"];
  /** Calls of the storage, where the writer came to say their number. */
  readonly calls?: number;
}

/** The life that this writer lived; `plan` is what was to end it, as text. */
export function tellLife(
  job: WriteJob,
  end: ChildEnd,
  { life, plan }: { readonly life: number; readonly plan: string },
): LifeStory {
  const ended = ending(end);
  const { events, asked } = workOf(job, end, life);
  const calls = countedCalls(end);
  if (ended === "closed") return { events: [...events, { kind: "closed", life }], ended, ...calls };
  if (ended === "open-failed") return { events, ended };
  const point = crashPoint(job, end, asked);
  // A writer that ended by itself left the page cache behind, as one that was killed.
  const fault = ended === "killed" ? plan : `kill:${ended}: ${exitText(end)}`;
  const { struckAtMs } = end.times;
  const at = struckAtMs === undefined ? {} : { atMs: struckAtMs };
  return { events: [...events, { kind: "crash", life, fault, point, ...at }], ended, ...calls };
}

/** What happened until the end, and how many operations of the life were asked by then. */
interface Work {
  readonly events: readonly HistoryEvent[];
  readonly asked: number;
}

/**
 * What the writer did, with each operation asked as early as it can have been: as soon as there were
 * answers enough to free its slot, whichever they were. It was never asked earlier. Told too early it
 * is taken to overlap more than it did, which weakens what the judge can say of real time; told too late
 * it would seem to follow an answer that it did not wait for, and a sound store would be convicted.
 */
function workOf(job: WriteJob, end: ChildEnd, life: number): Work {
  const events: HistoryEvent[] = [{ kind: "open", life }];
  const times = end.times.answeredAtMs.values();
  const most = mostAsked(job, end);
  let asked = 0;
  let answers = 0;
  for (const line of end.lines) {
    events.push(...lineEvents(line, life, times));
    if (line.kind !== "opened" && line.kind !== "ack" && line.kind !== "err") continue;
    if (line.kind !== "opened") answers += 1;
    for (const until = Math.min(most, askedByJob(job, answers)); asked < until; asked += 1) {
      events.push({ kind: "invoked", life, operation: job.firstOperation + asked });
    }
  }
  return { events, asked };
}

/**
 * More was not asked. Of a command it is known; a writer of ours asks as soon as it may, so that
 * where it did not say that it waits, one more was asked, or was about to be: the judge allows both.
 */
function mostAsked({ stop, operations }: WriteJob, { lines, asked }: ChildEnd): number {
  if (asked !== undefined) return asked;
  const waits = lines.some((line) => line.kind === "done" || line.kind === "closed");
  // At this stop others may be in flight; at any other all are answered, or a reopen has failed.
  if (!waits || stop.kind === "answers") return operations.length;
  return lines.filter((line) => line.kind === "ack" || line.kind === "err").length;
}

/** Nobody counts the calls of a command. */
function countedCalls({ lines, asked }: ChildEnd): { readonly calls?: number } {
  if (asked !== undefined) return {};
  const counted = lines.findLast((line) => line.kind === "done" || line.kind === "closed");
  return counted !== undefined && "calls" in counted ? { calls: counted.calls } : {};
}

function ending(end: ChildEnd): LifeRecord["ended"] {
  if (end.lines.some((line) => line.kind === "open-failed")) return "open-failed";
  if (end.lines.some((line) => line.kind === "closed") && end.exitCode === 0) return "closed";
  if (end.rest === "hung") return "hung";
  return end.killed ? "killed" : "died";
}

function lineEvents(
  line: ChildLine,
  life: number,
  times: Iterator<number>,
): readonly HistoryEvent[] {
  switch (line.kind) {
    case "opened":
      return [{ kind: "opened", life }];
    case "open-failed":
      return [{ kind: "open-failed", life, code: line.code, message: line.text }];
    case "ack": {
      const { operation, lsns } = line;
      const time = times.next();
      const at = time.done === true ? {} : { atMs: time.value };
      return [{ kind: "acknowledged", life, operation, lsns, ...at }];
    }
    case "err": {
      const { operation, code, text } = line;
      times.next();
      return [{ kind: "failed", life, operation, code, message: text }];
    }
    case "ready":
    case "done":
    case "closed":
    case "bad-subject":
    case "at":
      return [];
  }
}

/** Where the crash fell: on the oldest of the operations in flight, where there are any. */
function crashPoint(job: WriteJob, { lines }: ChildEnd, asked: number): CrashPoint {
  if (!lines.some((line) => line.kind === "opened")) return { during: "open" };
  const first = job.firstOperation;
  const operation = oldestUnanswered(lines, { first, asked });
  if (operation === undefined) return { during: "idle" };
  const at = lines.find((line): line is CallLine => line.kind === "at");
  const inFlight = job.operations.slice(operation - first, asked);
  const writes = inFlight.some(({ kind }) => kind === "append" || kind === "batch");
  return { during: "operation", operation, rotation: writes && at?.namesChanging === true };
}
