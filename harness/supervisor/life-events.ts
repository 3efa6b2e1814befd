// From what a writer said and how it ended to the events of one life. Pure.
import type { CrashPoint, HistoryEvent } from "../history/history.ts";
import type { LifeRecord } from "../trial-record.ts";
import type { WriteJob } from "./job.ts";
import { exitText } from "./life-ending.ts";
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
  const events: HistoryEvent[] = [{ kind: "open", life }];
  const times = end.times.answeredAtMs.values();
  for (const line of end.lines) events.push(...lineEvents(line, life, times));
  const calls = countedCalls(end);
  if (ended === "closed") return { events: [...events, { kind: "closed", life }], ended, ...calls };
  if (ended === "open-failed") return { events, ended };
  const point = crashPoint(job, end);
  if (point.during === "operation") {
    events.push({ kind: "invoked", life, operation: point.operation });
  }
  // A writer that ended by itself left the page cache behind, as one that was killed.
  const fault = ended === "killed" ? plan : `kill:${ended}: ${exitText(end)}`;
  const { struckAtMs } = end.times;
  const at = struckAtMs === undefined ? {} : { atMs: struckAtMs };
  events.push({ kind: "crash", life, fault, point, ...at });
  return { events, ended, ...calls };
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
      return [
        { kind: "invoked", life, operation },
        { kind: "acknowledged", life, operation, lsns, ...at },
      ];
    }
    case "err": {
      const { operation, code, text } = line;
      times.next();
      return [
        { kind: "invoked", life, operation },
        { kind: "failed", life, operation, code, message: text },
      ];
    }
    case "ready":
    case "done":
    case "closed":
    case "bad-subject":
    case "at":
      return [];
  }
}

/**
 * Where the crash fell. The writer asks the next operation as soon as it has answered the last, so
 * where it did not say that it waits, one more was asked, or was about to be: the judge allows both.
 * Of a command it is known what was asked.
 */
function crashPoint(job: WriteJob, { lines, asked: told }: ChildEnd): CrashPoint {
  if (!lines.some((line) => line.kind === "opened")) return { during: "open" };
  const answers = lines.filter((line) => line.kind === "ack" || line.kind === "err").length;
  const waits =
    told === undefined
      ? lines.some((line) => line.kind === "done" || line.kind === "closed")
      : answers >= told;
  const asked = job.operations[answers];
  if (waits || asked === undefined) return { during: "idle" };
  const at = lines.find((line): line is CallLine => line.kind === "at");
  const writes = asked.kind === "append" || asked.kind === "batch";
  const rotation = writes && at?.namesChanging === true;
  return { during: "operation", operation: job.firstOperation + answers, rotation };
}
