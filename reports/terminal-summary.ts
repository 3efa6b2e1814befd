// What a campaign prints at its end: the table, then what a reader has to know or do next.
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";
import { failingRows, type ReportModel } from "./report-model.ts";
import type { ReportRow, ToldFindings, ToldViolation } from "./report-row.ts";
import { paintVerdict, renderTable } from "./terminal-table.ts";

const PATH_LIMIT = 400;
/** Violations of one scenario that are told here; result.json has the rest. */
const VIOLATIONS_TOLD = 5;

export interface SummaryOptions {
  readonly paint: Paint;
  /** The terminal's width in characters. */
  readonly columns: number;
  /** Where the report lies, as a path to print. */
  readonly out: string;
  /** True to leave out the table and what held. */
  readonly quiet: boolean;
}

/** The summary as text that ends with a line break. */
export function renderSummary(model: ReportModel, options: SummaryOptions): string {
  const { paint, columns, quiet } = options;
  const { rows, legend, notRun, notes } = model;
  const blocks = [
    quiet || rows.length === 0
      ? ""
      : `${renderTable(rows, paint, columns)}\n${paint.faint(legend.join("\n"))}`,
    ...failingRows(model).map((row) => renderFailing(row, paint)),
    ...rows.map((row) => (row.findings === null ? "" : renderFindings(row, row.findings, paint))),
    notRun.map(({ fault, why }) => `not run: ${fault}: ${why}`).join("\n"),
    quiet ? "" : notes.map((note) => `note: ${note}`).join("\n"),
    renderEnd(model, options),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function renderFailing(row: ReportRow, paint: Paint): string {
  return [
    `${paint.strong(row.heading)}: ${paintVerdict(row.verdict, paint)}`,
    ...row.reasons.map((reason) => `  ${reason}`),
    ...renderBroken(row.violations, paint.bad),
  ].join("\n");
}

function renderFindings(row: ReportRow, findings: ToldFindings, paint: Paint): string {
  return [
    `${paint.strong(row.heading)}: findings, which set no verdict`,
    `  ${findings.summary}`,
    ...renderBroken(findings.told, paint.unsure),
  ].join("\n");
}

function renderBroken(broken: readonly ToldViolation[], colour: Paint["bad"]): string[] {
  const told = broken.slice(0, VIOLATIONS_TOLD);
  const untold = broken.length - told.length;
  return [
    ...told.flatMap((violation) => renderViolation(violation, colour)),
    ...(untold > 0 ? [`  and ${untold} more in result.json`] : []),
  ];
}

function renderViolation(violation: ToldViolation, colour: Paint["bad"]): string[] {
  const { guarantee, where, message, prevention, replay } = violation;
  return [
    `  ${colour(guarantee)} (${where}): ${message}`,
    ...(prevention === null ? [] : [`    prevented by: ${prevention}`]),
    `    replay: ${replay ?? "no artifact was kept"}`,
  ];
}

function renderEnd({ verdict, ending, command }: ReportModel, options: SummaryOptions): string {
  return [
    `verdict: ${paintVerdict(verdict, options.paint)}, ${ending}`,
    `report:  ${escapeText(options.out, PATH_LIMIT)}`,
    `repeat:  ${command}`,
  ].join("\n");
}
