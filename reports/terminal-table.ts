// The table of a campaign: one row a scenario and fault, and beneath it where its crashes fell.
import type { Verdict } from "../harness/trial-record.ts";
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";
import { createTable, GAP, tableText } from "./plain-table.ts";
import type { ReportRow, RowDetail } from "./report-row.ts";

const HEADS = [
  "scenario",
  "fault",
  "trials",
  "crashes",
  "at risk",
  "lost/allowed",
  "violations",
  "verdict",
  "tight",
];
const RIGHT_ALIGNED = new Set(["trials", "crashes", "at risk", "lost/allowed"]);
/** A name that is longer than its column stands on a line of its own; it is what a user types. */
const NAME_MINIMUM = 16;
const NAME_LIMIT = 80;
const FAULT_LIMIT = 24;

/** The rows as text, without a last line break. `columns` is the terminal's width. */
export function renderTable(rows: readonly ReportRow[], paint: Paint, columns: number): string {
  const nameLimit = Math.max(NAME_MINIMUM, columns - widthBesideName(rows.map(cells)));
  const table = createTable(HEADS, RIGHT_ALIGNED, paint);
  for (const row of rows) {
    const painted = cells(row).map((cell) =>
      cell === row.verdict ? paintVerdict(row.verdict, paint) : cell,
    );
    const name = escapeText(row.name, NAME_LIMIT);
    const fits = name.length <= nameLimit;
    if (!fits) table.push([{ colSpan: HEADS.length, content: name }]);
    table.push([fits ? name : "", ...painted]);
    const details = row.details.flatMap((detail) => detailLines(detail, columns)).join("\n");
    table.push([{ colSpan: HEADS.length, content: paint.faint(details) }]);
  }
  return tableText(table);
}

/** The verdict in its colour. */
export function paintVerdict(verdict: Verdict, paint: Paint): string {
  const meaning = {
    held: paint.good,
    measured: paint.unsure,
    violated: paint.bad,
    inconclusive: paint.unsure,
  };
  return meaning[verdict](verdict);
}

/** All but the first, which is the name. */
function cells({ fault, verdict, cells: texts }: ReportRow): readonly string[] {
  const { trials, crashes, atRisk, lost, violations, tight } = texts;
  const short = escapeText(fault, FAULT_LIMIT);
  return [short, trials, crashes, atRisk, lost, violations, verdict, tight];
}

function widthBesideName(rows: readonly (readonly string[])[]): number {
  const widths = HEADS.slice(1).map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}

/** Wrapped to the terminal's width, so that no name is cut off. */
function detailLines({ head, items }: RowDetail, columns: number): readonly string[] {
  const start = head === "" ? "  " : `  ${head}: `;
  const lines = [start + (items[0] ?? "")];
  for (const item of items.slice(1)) {
    const line = `${lines.at(-1) ?? ""}, ${item}`;
    if (line.length < columns) lines[lines.length - 1] = line;
    else lines.push(" ".repeat(start.length) + item);
  }
  return lines;
}
