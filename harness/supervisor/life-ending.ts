// How a writer ended, for people; and whether a command could open its store at all. Pure.
import type { WriteJob } from "./job.ts";
import { lastWords } from "./last-words.ts";
import type { ChildLine } from "./protocol.ts";
import type { ChildEnd } from "./running-child.ts";

/** How a process ended. */
export function exitText({ exitCode, signal }: ChildEnd): string {
  return signal === null ? `exit code ${exitCode ?? "unknown"}` : `signal ${signal}`;
}

/** Why a writer that was not killed came to its end; of a command, what it owed and said. */
export function endText(job: WriteJob, end: ChildEnd): string {
  const { asked, rest, output } = end;
  if (asked === undefined) return exitText(end);
  const said = lastWords(output);
  const words = said === "" ? "" : `: ${said}`;
  if (rest !== "hung") return exitText(end) + words;
  const owing = oldestUnanswered(end.lines, { first: job.firstOperation, asked });
  const owed =
    owing === undefined ? "it did not end with its input" : `no answer to operation ${owing}`;
  return owed + words;
}

/** The first operation that was asked and has no answer. */
export function oldestUnanswered(
  lines: readonly ChildLine[],
  { first, asked }: { readonly first: number; readonly asked: number },
): number | undefined {
  const answered = new Set(
    lines.flatMap((line) => (line.kind === "ack" || line.kind === "err" ? [line.operation] : [])),
  );
  for (let operation = first; operation < first + asked; operation += 1) {
    if (!answered.has(operation)) return operation;
  }
  return undefined;
}

/** True of a command that ended by itself and had answered nothing. */
export function endedUnasked(end: ChildEnd): boolean {
  const { asked, killed, breach, rest, times } = end;
  if (asked === undefined || killed || breach !== undefined || rest !== "ended") return false;
  return times.answeredAtMs.length === 0 && !hasClosed(end);
}

/**
 * Of a command that was to open and close its store: how it failed. Undefined where it did not, or
 * was too slow to tell.
 */
export function openFailure(
  end: ChildEnd,
): Extract<ChildLine, { kind: "open-failed" }> | undefined {
  if (end.rest !== "ended" || hasClosed(end)) return undefined;
  const code = end.signal ?? `exit-${end.exitCode ?? "unknown"}`;
  const said = lastWords(end.output);
  return { kind: "open-failed", code, text: said === "" ? "it printed no error" : said };
}

function hasClosed({ lines }: ChildEnd): boolean {
  return lines.some((line) => line.kind === "closed");
}
