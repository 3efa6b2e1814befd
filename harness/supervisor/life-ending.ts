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
  const { asked, rest, output, times } = end;
  if (asked === undefined) return exitText(end);
  const said = lastWords(output);
  const words = said === "" ? "" : `: ${said}`;
  if (rest !== "hung") return exitText(end) + words;
  const answers = times.answeredAtMs.length;
  const owed =
    answers < asked
      ? `no answer to operation ${job.firstOperation + answers}`
      : "it did not end with its input";
  return owed + words;
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
