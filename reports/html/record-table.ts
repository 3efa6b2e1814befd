// What survived and what was lost: records with one fate told as a run, those that broke the promise marked.
import type { CrashStory, StoryRecord } from "../../harness/crash-story.ts";
import { type Column, renderDataTable } from "./data-table.ts";
import { html, type Markup } from "./markup.ts";
import { countText } from "./number-text.ts";

/** A sentence with the counts, and the runs as a table. */
export function renderRecords({ records, recordsLeftOut }: CrashStory): Markup {
  if (records.length === 0) return html`<p>No recovery told what it found.</p>\n`;
  const rows = runsOf(records).map(({ first, last, length }) => [
    { content: length === 1 ? nameOf(first) : `${nameOf(first)} to ${nameOf(last)}` },
    { content: fateOf(first) },
    { content: EXPECTED[first.expected] },
    { content: first.answer },
    { content: length, value: length },
  ]);
  return html`<p>${countsOf(records)}.${leftOut(recordsLeftOut)}</p>
${renderDataTable({ caption: "Records by what became of them", columns: COLUMNS, rows, isSortable: false })}`;
}

const COLUMNS: readonly Column[] = [
  { head: "record", kind: "text", title: "operation.place in its batch" },
  { head: "recovery", kind: "text" },
  { head: "the promise says", kind: "text" },
  { head: "the store said", kind: "text" },
  { head: "how many", kind: "number" },
];

const EXPECTED: { readonly [E in StoryRecord["expected"]]: string } = {
  must: "must be there",
  may: "may be there",
  "must-not": "must not be there",
};

interface Run {
  readonly first: StoryRecord;
  last: StoryRecord;
  length: number;
}

function runsOf(records: readonly StoryRecord[]): readonly Run[] {
  const runs: Run[] = [];
  for (const record of records) {
    const run = runs.at(-1);
    const continues = run !== undefined && keyOf(run.first) === keyOf(record);
    if (continues && record.operation <= run.last.operation + 1) {
      run.last = record;
      run.length += 1;
    } else runs.push({ first: record, last: record, length: 1 });
  }
  return runs;
}

function keyOf({ answer, found, expected }: StoryRecord): string {
  return `${answer} ${found} ${expected}`;
}

function nameOf({ operation, item }: StoryRecord): string {
  return `${operation}.${item}`;
}

/** Broken as the promise says it, in words and not in colour alone. */
function fateOf(record: StoryRecord): Markup {
  return isBroken(record)
    ? html`<strong class="bad">${record.found}: breaks the promise</strong>`
    : html`${record.found}`;
}

function isBroken({ found, expected }: StoryRecord): boolean {
  if (found === "altered") return true;
  return expected === "must" ? found === "missing" : expected === "must-not" && found === "found";
}

function countsOf(records: readonly StoryRecord[]): string {
  const count = (which: (record: StoryRecord) => boolean): number => records.filter(which).length;
  const told: readonly (readonly [number, string])[] = [
    [count(({ found }) => found === "found"), "found"],
    [
      count(({ found, expected }) => found === "missing" && expected !== "must"),
      "missing and allowed to be",
    ],
    [
      count(({ found, expected }) => found === "missing" && expected === "must"),
      "missing that had to be there",
    ],
    [count(({ found }) => found === "altered"), "altered"],
  ];
  const parts = told.filter(([number]) => number > 0);
  return `Of ${countText(records.length)} records: ${parts.map(([number, text]) => `${countText(number)} ${text}`).join(", ")}`;
}

function leftOut(count: number): string {
  return count === 0 ? "" : ` ${countText(count)} more are not listed.`;
}
