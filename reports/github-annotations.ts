// Annotations of a run of GitHub Actions: workflow commands, a line each, for what is broken or unproved.
import { failingRows, type ReportModel } from "./report-model.ts";
import type { ReportRow } from "./report-row.ts";

/** GitHub shows this many of each kind of one step. */
const MOST_OF_A_KIND = 10;

interface Annotation {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * An error for each violation, a warning for each row without proof and for a campaign that did not end; at most
 * ten of either, each row's first before any row's second. Each line ends with a line break; the text is empty where there is nothing to say.
 */
export function renderAnnotations(model: ReportModel): string {
  const failing = failingRows(model);
  const unproved = failing.filter(({ verdict }) => verdict === "inconclusive");
  const warnings = [...unfinished(model), ...unproved.map(inconclusive)];
  return [
    ...inTurns(failing.map(violations)).slice(0, MOST_OF_A_KIND).map(command("error")),
    ...warnings.slice(0, MOST_OF_A_KIND).map(command("warning")),
  ].join("");
}

function violations({ heading, violations: broken }: ReportRow): readonly Annotation[] {
  return broken.map(({ guarantee, where, message, prevention, replay }) => ({
    title: `${guarantee}: ${heading}`,
    lines: [
      `${message} (${where})`,
      ...(prevention === null ? [] : [`prevented by: ${prevention}`]),
      `replay: ${replay ?? "no artifact was kept"}`,
    ],
  }));
}

function inTurns(rows: readonly (readonly Annotation[])[]): readonly Annotation[] {
  const placed = rows.flatMap((row) => row.map((annotation, place) => ({ annotation, place })));
  return placed.toSorted((a, b) => a.place - b.place).map(({ annotation }) => annotation);
}

function inconclusive({ heading, reasons }: ReportRow): Annotation {
  return { title: `inconclusive: ${heading}`, lines: reasons };
}

function unfinished({ result, ending, command: repeat }: ReportModel): readonly Annotation[] {
  if (result.complete) return [];
  const lines = [`The campaign did not come to its end: ${ending}.`, `repeat: ${repeat}`];
  return [{ title: "ackproof: not complete", lines }];
}

function command(kind: "error" | "warning"): (annotation: Annotation) => string {
  return ({ title, lines }) =>
    `::${kind} title=${escapeProperty(title)}::${escapeData(lines.join("\n"))}\n`;
}

/** As GitHub's own toolkit escapes the message of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
