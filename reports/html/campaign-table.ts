// The table of the campaign, a row a scenario and fault, and behind it what each row rests on.
import type { ScenarioResult } from "../../harness/result.ts";
import { type Cell, type Column, renderDataTable } from "./data-table.ts";
import { html, type Markup } from "./markup.ts";
import { boundText, countText } from "./number-text.ts";
import { renderVerdict } from "./verdict-mark.ts";

/** Nothing without rows. */
export function renderCampaignSection(scenarios: readonly ScenarioResult[]): Markup | undefined {
  if (scenarios.length === 0) return undefined;
  const table = { columns: COLUMNS, rows: scenarios.map(cells), isSortable: true };
  return html`<section aria-labelledby="campaign">
<h2 id="campaign">The campaign</h2>
${renderDataTable({ caption: "Every scenario under every fault", ...table })}
<p class="legend">At risk, lost: most acknowledged records at one crash. Bound: exact (Clopper-Pearson) one-sided 95 % upper bound on
the chance that a random kill breaks a promise. Tight: whether the mode was seen to lose what it may. Disks of a power cut are
different contents that were recovered, and how often one was judged at a crash point.</p>
<h3>What each row rests on</h3>
${scenarios.map(renderDetails)}</section>
`;
}

const COLUMNS: readonly Column[] = [
  { head: "scenario", kind: "text" },
  { head: "verdict", kind: "short" },
  { head: "fault", kind: "short" },
  { head: "trials", kind: "number" },
  { head: "crashes", kind: "number" },
  { head: "disks / judged", kind: "number" },
  { head: "at risk", kind: "number" },
  { head: "lost / allowed", kind: "number" },
  { head: "violating trials", kind: "number" },
  { head: "bound", kind: "number" },
  { head: "tight", kind: "short" },
];

function cells(row: ScenarioResult): readonly Cell[] {
  return [
    { content: row.name },
    { content: renderVerdict(row.verdict) },
    { content: row.fault },
    counted(row.trials),
    counted(row.crashes),
    statesCell(row),
    ...lossCells(row),
    counted(row.violatingTrials),
    row.upperBound95 === null
      ? { content: "-", value: 2 }
      : { content: `<\u00a0${boundText(row.upperBound95)}`, value: row.upperBound95 },
    { content: tightText(row) },
  ];
}

function counted(count: number): Cell {
  return { content: countText(count), value: count };
}

function statesCell({ states, corruptions }: ScenarioResult): Cell {
  if (states !== null) {
    const { distinct, judged } = states;
    return { content: `${countText(distinct)} / ${countText(judged)}`, value: distinct };
  }
  return corruptions === null
    ? { content: "-", value: -1 }
    : { content: `${countText(corruptions.judged)} damaged`, value: corruptions.judged };
}

function lossCells({ corruptions, ...row }: ScenarioResult): readonly Cell[] {
  const absent = { content: "-", value: -1 };
  if (corruptions !== null) return [absent, absent];
  const allowed = row.allowedRecords === null ? "all at risk" : countText(row.allowedRecords);
  return [
    { content: countText(row.atRiskRecordsMax), value: row.atRiskRecordsMax },
    { content: `${countText(row.lostRecordsMax)} / ${allowed}`, value: row.lostRecordsMax },
  ];
}

function tightText({ tight, reachedAllowance }: ScenarioResult): string {
  if (tight === null) return "-";
  if (!tight) return "no";
  return reachedAllowance > 0 ? `yes, ${countText(reachedAllowance)} full` : "yes";
}

function renderDetails(row: ScenarioResult): Markup {
  const lines = [
    { head: "Verdict", text: row.reasons.join(" ") },
    { head: "Crashes fell in", text: countsText(row.strata) },
    { head: "Writers ended", text: countsText(row.endings) },
    { head: "Found nothing to strike", text: row.notStruck === 0 ? "" : countText(row.notStruck) },
    { head: "I/O errors", text: countsText(row.ioErrors ?? {}) },
    { head: "Answered behind them", text: countsText(row.ioErrorAnswers ?? {}) },
    { head: "Legal states", text: row.states === null ? "" : row.states.legal },
    { head: "Damage", text: damageText(row) },
    {
      head: "Devices",
      text: row.profiles.map((each) => `${each.profile}: ${each.verdict}`).join(", "),
    },
    { head: "Broke where nothing is promised", text: countsText(row.findingCounts) },
    { head: "Approximate", text: row.approximate.join("; ") },
    { head: "Could it convict", text: twinText(row) },
    { head: "Not applicable", text: row.notApplicable.join("; ") },
  ].filter(({ text }) => text !== "");
  const told = lines.map(({ head, text }) => html`<div><dt>${head}</dt><dd>${text}</dd></div>\n`);
  return html`<details class="row"><summary>${row.name} (${row.fault}): ${renderVerdict(row.verdict)}</summary>
<p>${row.title} (mode ${row.mode})</p>
<dl class="facts wide">
${told}</dl>
</details>
`;
}

function countsText(counts: { readonly [name: string]: number | undefined }): string {
  return Object.entries(counts)
    .map(([name, count]): readonly [string, number] => [name, count ?? 0])
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${countText(count)}`)
    .join(", ");
}

function damageText({ corruptions }: ScenarioResult): string {
  if (corruptions === null) return "";
  const { judged, noticed, harmless, lostSilently, lostOperationsMax } = corruptions;
  const most = lostSilently === 0 ? "" : ` (${countText(lostOperationsMax)} operations at most)`;
  return `${countText(judged)} judged: noticed ${countText(noticed)}, harmless ${countText(harmless)}, lost silently within the stated limit ${countText(lostSilently)}${most}`;
}

function twinText({ twin }: ScenarioResult): string {
  if (twin === null) return "";
  const { convicted, trials, description } = twin;
  const tried = `${countText(trials)} ${trials === 1 ? "trial" : "trials"}`;
  return convicted
    ? `yes: ${description} was convicted within ${tried}`
    : `no: ${description} was not convicted in ${tried}`;
}
