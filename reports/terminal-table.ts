// The table of a campaign: one row a scenario and fault, and beneath it where its crashes fell.
import type { ScenarioResult } from "../harness/result.ts";
import type { Verdict } from "../harness/trial-record.ts";
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";
import { createTable, GAP, tableText } from "./plain-table.ts";

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
const COUNTED_LIMIT = 40;
const FAULT_LIMIT = 24;
const REASON_LIMIT = 200;
const STRATA_HEAD = "  in: ";
const FAILED_HEAD = "  failed: ";
const ANSWERED_HEAD = "  then: ";

/** The rows as text, without a last line break. `columns` is the terminal's width. */
export function renderTable(
  scenarios: readonly ScenarioResult[],
  paint: Paint,
  columns: number,
): string {
  const rows = scenarios.map((scenario) => cells(scenario));
  const nameLimit = Math.max(NAME_MINIMUM, columns - widthBesideName(rows));
  const table = createTable(HEADS, RIGHT_ALIGNED, paint);
  scenarios.forEach((scenario, index) => {
    const [, ...rest] = rows[index] ?? [];
    const painted = rest.map((cell) =>
      cell === scenario.verdict ? paintVerdict(cell, paint) : cell,
    );
    const name = escapeText(scenario.name, NAME_LIMIT);
    const fits = name.length <= nameLimit;
    if (!fits) table.push([{ colSpan: HEADS.length, content: name }]);
    table.push([fits ? name : "", ...painted]);
    table.push([{ colSpan: HEADS.length, content: paint.faint(detailLines(scenario, columns)) }]);
  });
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

function cells(scenario: ScenarioResult): string[] {
  const allowed = scenario.allowedRecords === null ? "at risk" : String(scenario.allowedRecords);
  return [
    scenario.name,
    escapeText(scenario.fault, FAULT_LIMIT),
    String(scenario.trials),
    crashes(scenario),
    ...(scenario.corruptions === null
      ? [String(scenario.atRiskRecordsMax), `${scenario.lostRecordsMax}/${allowed}`]
      : ["-", "-"]),
    violations(scenario),
    scenario.verdict,
    tightness(scenario),
  ];
}

/** Whether the mode was seen to lose what it may; `full`: crashes that lost exactly what is allowed. */
function tightness({ tight, reachedAllowance }: ScenarioResult): string {
  if (tight === null) return "-";
  if (!tight) return "no";
  return reachedAllowance > 0 ? `yes, ${reachedAllowance} full` : "yes";
}

/** Of a power cut: how many disks were recovered, and how often what they held was judged. */
function crashes({ crashes: count, states }: ScenarioResult): string {
  return states === null ? String(count) : `${short(states.distinct)}/${short(states.judged)}`;
}

/** At most five characters: 98765, 1234k, 56M. */
function short(count: number): string {
  if (count < 100_000) return String(count);
  return count < 10_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`;
}

function violations(scenario: ScenarioResult): string {
  const bound = scenario.upperBound95;
  return bound === null
    ? String(scenario.violatingTrials)
    : `${scenario.violatingTrials} (<${percent(bound)})`;
}

/** Rounded up, so that the bound that is printed is one, too. */
function percent(share: number): string {
  return `${(Math.ceil(share * 10_000) / 100).toFixed(2)} %`;
}

function widthBesideName(rows: readonly (readonly string[])[]): number {
  const widths = HEADS.slice(1).map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index + 1]?.length ?? 0)),
  );
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}

/** Where crashes fell; of corruption, what the stores made of it. */
function detailLines(scenario: ScenarioResult, columns: number): string {
  const { corruptions } = scenario;
  if (corruptions === null)
    return [
      countLines(STRATA_HEAD, scenario.strata, columns),
      ...ioErrorLines(scenario, columns),
      ...profileLine(scenario),
      ...approximateLine(scenario),
    ].join("\n");
  const { noticed, harmless, lostSilently, lostOperationsMax } = corruptions;
  const most = lostSilently === 0 ? "" : ` (operations at once: ${lostOperationsMax})`;
  return `  damage: noticed ${noticed}, harmless ${harmless}, lost silently ${lostSilently}${most}`;
}

/** Of a program: what the same recordings came to on either device. */
function profileLine({ profiles }: ScenarioResult): string[] {
  if (profiles.length === 0) return [];
  const told = profiles.map(({ profile, verdict }) => {
    const device =
      profile === "posix" ? "portable (posix)" : `on ${escapeText(profile, FAULT_LIMIT)}`;
    return `${device}: ${verdict}`;
  });
  return [`  ${told.join(", ")}`];
}

/** Of kills before each file operation. */
function approximateLine({ approximate }: ScenarioResult): string[] {
  if (approximate.length === 0) return [];
  const reasons = approximate.map((reason) => escapeText(reason, REASON_LIMIT));
  return [`  approximate: ${reasons.join("; ")}`];
}

/** Which calls of the disk failed, and how, and what the store then answered. */
function ioErrorLines(
  { ioErrors, ioErrorAnswers = {} }: ScenarioResult,
  columns: number,
): string[] {
  if (ioErrors === undefined) return [];
  return [
    countLines(FAILED_HEAD, ioErrors, columns),
    countLines(ANSWERED_HEAD, ioErrorAnswers, columns),
  ];
}

/** Wrapped to the terminal's width, so that no name is cut off. */
function countLines(
  head: string,
  counted: { readonly [name: string]: number },
  columns: number,
): string {
  const counts = Object.entries(counted).sort(([, a], [, b]) => b - a);
  const texts = counts.map(([name, count]) => `${escapeText(name, COUNTED_LIMIT)} ${count}`);
  const lines = [head + (texts[0] ?? "nothing")];
  for (const text of texts.slice(1)) {
    const line = `${lines.at(-1) ?? ""}, ${text}`;
    if (line.length < columns) lines[lines.length - 1] = line;
    else lines.push(" ".repeat(head.length) + text);
  }
  return lines.join("\n");
}
