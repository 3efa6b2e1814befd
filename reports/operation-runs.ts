// Operations of one kind with one answer, told together: "append 3..17 acknowledged".
import type { HistoryEvent } from "../harness/history/history.ts";
import type { Workload } from "../harness/workload.ts";
import { escapeText } from "./escape-text.ts";

const MESSAGE_LIMIT = 200;
/** Runs of one life that are told; a workload of a campaign has far fewer. */
const RUNS_LIMIT = 200;

interface Run {
  readonly first: number;
  last: number;
  readonly kind: string;
  readonly answer: string;
}

/** The operations that one life was asked, in order, as runs. */
export function tellOperations(
  workload: Workload,
  events: readonly HistoryEvent[],
  life: number,
): readonly string[] {
  const operations = workload.lives.flat();
  const runs: Run[] = [];
  for (const [operation, answer] of answersOf(events, life)) {
    const kind = operations[operation]?.kind ?? "unknown operation";
    const run = runs.at(-1);
    if (run?.kind === kind && run.answer === answer && run.last === operation - 1) {
      run.last = operation;
    } else runs.push({ first: operation, last: operation, kind, answer });
  }
  const told = runs
    .slice(0, RUNS_LIMIT)
    .map((run) => `${run.kind} ${tellRange(run.first, run.last)} ${run.answer}`);
  return runs.length > RUNS_LIMIT ? [...told, `and ${runs.length - RUNS_LIMIT} runs more`] : told;
}

/** Numbers as ranges: `0..6, 9`. */
export function tellNumbers(numbers: readonly number[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && (number === range.last || number === range.last + 1)) {
      range.last = number;
    } else ranges.push({ first: number, last: number });
  }
  return ranges.map((range) => tellRange(range.first, range.last)).join(", ");
}

function tellRange(first: number, last: number): string {
  return first === last ? String(first) : `${first}..${last}`;
}

function answersOf(events: readonly HistoryEvent[], life: number): ReadonlyMap<number, string> {
  const answers = new Map<number, string>();
  for (const event of events) {
    if (event.life !== life) continue;
    if (event.kind === "invoked") answers.set(event.operation, "asked, not answered");
    else if (event.kind === "acknowledged") answers.set(event.operation, "acknowledged");
    else if (event.kind === "failed") {
      const message = escapeText(`${event.code} ${event.message}`, MESSAGE_LIMIT);
      answers.set(event.operation, `failed: ${message}`);
    }
  }
  return answers;
}
