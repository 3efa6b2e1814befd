// summary.md: the campaign for a page of GitHub, or wherever Markdown is read.
import { escapeMarkdown, escapeMarkdownLine, fenced } from "./escape-markdown.ts";
import { failingRows, type ReportModel } from "./report-model.ts";
import type { ReportRow, ToldViolation } from "./report-row.ts";
import { SPECTRUM_HEADS, SPECTRUM_LEGEND, spectrumRows } from "./spectrum-rows.ts";

/** Violations of one row that are told; result.json has the rest. */
const VIOLATIONS_TOLD = 5;

const COLUMNS = [
  { head: "scenario", align: ":--" },
  { head: "fault", align: ":--" },
  { head: "verdict", align: ":--" },
  { head: "trials", align: "--:" },
  { head: "crashes", align: "--:" },
  { head: "at risk", align: "--:" },
  { head: "lost/allowed", align: "--:" },
  { head: "violations", align: "--:" },
  { head: "tight", align: ":--" },
] as const;

/** Blocks with an empty line between them and none inside, so that the text can be cut between two of them. */
export function renderMarkdown(model: ReportModel): string {
  const blocks = [
    `## ackproof: ${model.verdict}, ${model.ending}`,
    ...table(model),
    ...spectrum(model),
    ...failingRows(model).flatMap(failingBlocks),
    ...model.rows.flatMap(findingBlocks),
    ...notRunBlocks(model),
    ...model.notes.map((note) => `Note: ${escapeMarkdown(note)}`),
    "To repeat it:",
    fenced(model.command),
    model.facts.map(({ name, value }) => `${name}: ${escapeMarkdown(value)}`).join("; "),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function table({ rows, legend }: ReportModel): readonly string[] {
  if (rows.length === 0) return [];
  const heads = COLUMNS.map(({ head }) => head);
  const aligns = COLUMNS.map(({ align }) => align);
  return [tableText([heads, aligns, ...rows.map(cells)]), meaning(legend)];
}

function tableText(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function meaning(legend: readonly string[]): string {
  return legend.map((line) => `*${escapeMarkdown(line)}*`).join("\\\n");
}

/** Of a measurement: its modes, beside each other. */
function spectrum({ result: { measurement } }: ReportModel): readonly string[] {
  if (measurement === undefined) return [];
  const rows = spectrumRows(measurement);
  const texts = rows.map((row) => row.map((parts) => escapeMarkdown(parts.join(" / "))));
  const lines = [SPECTRUM_HEADS, SPECTRUM_HEADS.map(() => ":--"), ...texts];
  return ["### The spectrum of the modes", tableText(lines), meaning(SPECTRUM_LEGEND)];
}

function cells({ name, fault, verdict, cells: texts }: ReportRow): readonly string[] {
  const { trials, crashes, atRisk, lost, violations, tight } = texts;
  const shown = verdict === "held" ? verdict : `**${verdict}**`;
  const numbers = [trials, crashes, atRisk, lost, violations, tight].map(escapeMarkdown);
  return [escapeMarkdown(name), escapeMarkdown(fault), shown, ...numbers];
}

function failingBlocks(row: ReportRow): readonly string[] {
  return [
    `### ${escapeMarkdown(row.heading)}: ${row.verdict}`,
    ...(row.reasons.length > 0 ? [list(row.reasons)] : []),
    ...brokenBlocks(row.violations),
  ];
}

function findingBlocks({ heading, findings }: ReportRow): readonly string[] {
  if (findings === null) return [];
  return [
    `### ${escapeMarkdown(heading)}: findings, which set no verdict`,
    escapeMarkdownLine(findings.summary),
    ...brokenBlocks(findings.told),
  ];
}

function brokenBlocks(broken: readonly ToldViolation[]): readonly string[] {
  const untold = broken.length - VIOLATIONS_TOLD;
  return [
    ...broken.slice(0, VIOLATIONS_TOLD).flatMap(violationBlocks),
    ...(untold > 0 ? [`And ${untold} more in result.json.`] : []),
  ];
}

function violationBlocks(violation: ToldViolation): readonly string[] {
  const { guarantee, where, message, prevention, replay, explanation } = violation;
  return [
    `**${escapeMarkdown(guarantee)}** (${where}): ${escapeMarkdown(message)}`,
    ...(explanation.length > 0 ? [list(explanation)] : []),
    ...(prevention === null ? [] : [`Prevented by: ${escapeMarkdown(prevention)}`]),
    replay === null ? "No artifact was kept." : fenced(replay),
  ];
}

function notRunBlocks({ notRun }: ReportModel): readonly string[] {
  if (notRun.length === 0) return [];
  return ["### not run", list(notRun.map(({ fault, why }) => `${fault}: ${why}`))];
}

function list(texts: readonly string[]): string {
  return texts.map((text) => `- ${escapeMarkdownLine(text)}`).join("\n");
}
