// What `ackproof compare` prints: a row a scenario and fault, what differs beneath it, and the outcome.
import type {
  Comparison,
  ComparisonTest,
  Difference,
  RowComparison,
  RunFacts,
  SettingComparison,
  Weight,
} from "./compare/comparison.ts";
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";
import { createTable, tableText } from "./plain-table.ts";

const HEADS = ["scenario", "fault", "verdict", "lost/allowed", "crashes", "HEAD is"];
const NAME_LIMIT = 80;
const SENTENCE_LIMIT = 400;
const LEGEND =
  "lost: most acknowledged records at one crash, BASE -> HEAD; p: after Holm's correction over all tests";

/** The text ends with a line break. `quiet` leaves out what is the same. */
export function renderComparison(comparison: Comparison, paint: Paint, quiet: boolean): string {
  const isTold = ({ weight }: { readonly weight: Weight }): boolean => !quiet || weight !== "same";
  const rows = comparison.rows.filter(isTold);
  const settings = comparison.settings.filter(isTold);
  const blocks = [
    [runLine("BASE", comparison.base), runLine("HEAD", comparison.head)].join("\n"),
    rows.length === 0 ? "" : `${renderRows(rows, paint)}\n${paint.faint(LEGEND)}`,
    settings.map((setting) => renderSetting(setting, paint)).join("\n"),
    comparison.notes.map((note) => `note: ${sentence(note)}`).join("\n"),
    outcomeText(comparison, paint),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function runLine(side: string, run: RunFacts): string {
  const state = run.complete ? "" : ", not complete";
  const about = `ackproof ${run.ackproof}, ${run.startedAt}, seed ${run.seed}: ${run.command}`;
  return `${side}: ${run.verdict}${state} (${sentence(about)})`;
}

function renderRows(rows: readonly RowComparison[], paint: Paint): string {
  const table = createTable(HEADS, new Set(), paint);
  for (const row of rows) {
    table.push([
      escapeText(row.name, NAME_LIMIT),
      escapeText(row.fault, NAME_LIMIT),
      step(row, ({ verdict }) => verdict),
      step(
        row,
        ({ lostRecordsMax, allowedRecords }) => `${lostRecordsMax}/${allowedRecords ?? "at risk"}`,
      ),
      step(row, ({ crashes }) => String(crashes)),
      paintWeight(row.weight, paint),
    ]);
    const told = row.differences.filter(isWorthTelling);
    if (told.length > 0) {
      const lines = told.map((difference) => differenceLine(difference, paint));
      table.push([{ colSpan: HEADS.length, content: lines.join("\n") }]);
    }
  }
  return tableText(table);
}

/** The column has the verdict; a step of it is told again with what it means. */
function isWorthTelling({ aspect, weight }: Difference): boolean {
  return aspect !== "verdict" || weight !== "same";
}

function step(
  { base, head }: RowComparison,
  textOf: (facts: NonNullable<RowComparison["base"]>) => string,
): string {
  const before = base === null ? "-" : textOf(base);
  const after = head === null ? "-" : textOf(head);
  return before === after ? before : `${before} -> ${after}`;
}

function renderSetting({ id, weight, differences }: SettingComparison, paint: Paint): string {
  return [
    `${paint.strong(escapeText(id, NAME_LIMIT))}: ${paintWeight(weight, paint)}`,
    ...differences.map((difference) => differenceLine(difference, paint)),
  ].join("\n");
}

function differenceLine({ aspect, weight, text, test }: Difference, paint: Paint): string {
  const told = `  ${aspect}: ${sentence(text)}${test === undefined ? "" : testText(test)}`;
  return weight === "same" ? paint.faint(told) : `${told}: ${paintWeight(weight, paint)}`;
}

function testText({ name, adjusted, effect }: ComparisonTest): string {
  return ` (${name} p ${pText(adjusted)}; ${sentence(effect)})`;
}

/** Three digits, and never 0. */
function pText(pValue: number): string {
  if (pValue < 1e-12) return "< 1e-12";
  return `= ${pValue < 0.001 ? pValue.toExponential(1) : pValue.toFixed(3)}`;
}

function outcomeText({ outcome, tests, errorRate }: Comparison, paint: Paint): string {
  const tested = `tests: ${tests}, all together wrong at most ${errorRate * 100} % of the time`;
  switch (outcome) {
    case "weaker":
      return `${paint.bad("HEAD is weaker than BASE")} (${tested})`;
    case "unclear":
      return `${paint.unsure("It cannot be said whether HEAD is weaker than BASE")} (${tested})`;
    case "held":
      return `${paint.good("HEAD is not weaker than BASE")} (${tested})`;
  }
}

function paintWeight(weight: Weight, paint: Paint): string {
  const meaning = {
    weaker: paint.bad,
    unclear: paint.unsure,
    changed: paint.unsure,
    better: paint.good,
    same: paint.faint,
  };
  return meaning[weight](weight);
}

function sentence(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}
