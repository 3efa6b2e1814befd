// The spectrum of the sync modes: what each costs, and what a crash may take of it, in numbers.
import type { Measurement } from "../../harness/measurement.ts";
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import { type Cell, type Column, renderDataTable } from "./data-table.ts";
import { html, type Markup } from "./markup.ts";
import { bytesText, countText, microsText, millisText, shortNumber } from "./number-text.ts";

type Setting = Measurement["settings"][number];
type RiskWindow = NonNullable<Setting["risk"]>["kill"];

/** Measured where there is a measurement; else what the campaign's crashes found. */
export function renderSpectrumSection(result: CampaignResult): Markup | undefined {
  const { measurement, scenarios } = result;
  const content =
    measurement === undefined ? crashedTable(scenarios) : measuredTables(measurement.settings);
  if (content === undefined) return undefined;
  return html`<section aria-labelledby="spectrum">
<h2 id="spectrum">The spectrum of the modes</h2>
${content}</section>
`;
}

function measuredTables(settings: readonly Setting[]): Markup {
  const typical = settings.filter(({ isTypical }) => isTypical);
  const table = (caption: string, of: readonly Setting[]): Markup =>
    renderDataTable({ caption, columns: MEASURED, rows: of.map(measuredCells), isSortable: true });
  const all =
    settings.length > typical.length
      ? html`<details><summary>All ${settings.length} settings</summary>
${table("Every setting that was measured", settings)}</details>`
      : undefined;
  return html`<p>Risk: the acknowledged records that the worst crash at any moment would have lost; the most, with the bytes of
their payloads and the age of the oldest of them. \u201cAt least\u201d: the worst legal crash may lose more.</p>
${table("One setting of each mode, measured", typical)}${all}${renderNotMeasured(settings)}`;
}

/** What could not be measured, each reason once for the settings that share it. */
function renderNotMeasured(settings: readonly Setting[]): Markup | undefined {
  const reasons = new Map<string, string[]>();
  for (const { id, notApplicable } of settings) {
    for (const reason of notApplicable) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  if (reasons.size === 0) return undefined;
  const items = [...reasons].map(
    ([reason, ids]) => html`<li>${reason} <span class="legend">(${ids.join(", ")})</span></li>\n`,
  );
  return html`<h3>Not measured</h3>
<ul>
${items}</ul>
`;
}

const MEASURED: readonly Column[] = [
  { head: "setting", kind: "text" },
  { head: "an append is durable", kind: "text" },
  { head: "a batch is durable", kind: "text" },
  { head: "append, median", kind: "number" },
  { head: "append, 99 %", kind: "number" },
  { head: "batch of ten, median", kind: "number" },
  { head: "appends a second", kind: "number" },
  { head: "fsyncs an append", kind: "number" },
  { head: "risk, process kill", kind: "number" },
  { head: "risk, power cut", kind: "number" },
];

function measuredCells(setting: Setting): readonly Cell[] {
  const { speed, risk } = setting;
  return [
    { content: setting.id },
    { content: durableWhen(setting) },
    { content: batchDurableWhen(setting) },
    { content: microsText(speed.append.p50Micros), value: speed.append.p50Micros },
    { content: microsText(speed.append.p99Micros), value: speed.append.p99Micros },
    batchCell(speed.batch?.p50Micros),
    { content: countText(Math.round(speed.appendsPerSecond)), value: speed.appendsPerSecond },
    ratioCell(speed.syncsPerAppend),
    riskCell(risk?.kill, setting.allowedRecords.kill),
    riskCell(risk?.power, setting.allowedRecords.power),
  ];
}

/** As the two allowances say it; nothing is known here of what a mode's name means. */
function durableWhen({ allowedRecords: { kill, power } }: Setting): string {
  if (power === 0) return "when it returns";
  const kills = kill === 0 ? "; survives a kill at once" : "";
  return power === null ? `at the next barrier${kills}` : `at most ${power} appends later${kills}`;
}

function batchDurableWhen({ batchIsBarrier }: Setting): string {
  if (batchIsBarrier === null) return "has no batches";
  return batchIsBarrier ? "when it returns" : "as an append is";
}

function batchCell(micros: number | undefined): Cell {
  return micros === undefined
    ? { content: "not measured", value: -1 }
    : { content: microsText(micros), value: micros };
}

function ratioCell(ratio: number | null): Cell {
  return ratio === null
    ? { content: "not counted", value: -1 }
    : {
        content: ratio < 0.001 ? String(Number(ratio.toPrecision(1))) : shortNumber(ratio),
        value: ratio,
      };
}

function riskCell(risk: RiskWindow | undefined, allowed: number | null): Cell {
  if (risk === undefined) return { content: "not recorded", value: -1 };
  const { records, bytes, millis, grounds } = risk;
  const least = grounds === "exact" || records.max === 0 ? "" : "at least ";
  const limit = allowed === null ? "" : ` of ${countText(allowed)} allowed`;
  const more =
    records.max === 0
      ? undefined
      : html`<br><small>${bytesText(bytes.max)}, ${millisText(millis.max)}</small>`;
  const content = html`${least}${countText(records.max)}${limit}${more}`;
  return { content, value: records.max };
}

/** A row a scenario; of each kind of crash the row of the plain fault, or the first of the kind. */
function crashedTable(scenarios: readonly ScenarioResult[]): Markup | undefined {
  const names = [...new Set(scenarios.map(({ name }) => name))];
  const rows = names.map((name) => {
    const own = scenarios.filter((scenario) => scenario.name === name);
    return { own, kill: rowOf(own, "kill"), power: rowOf(own, "power") };
  });
  const crashed = rows.filter(({ kill, power }) => kill !== undefined || power !== undefined);
  if (crashed.length === 0) return undefined;
  return html`<p>Most acknowledged records that one crash found at risk, and that one lost, of those that the mode may lose.
Latencies are measured by <code>ackproof measure</code>.</p>
${renderDataTable({
  caption: "What crashes found of each scenario",
  columns: CRASHED,
  rows: crashed.map(({ own, kill, power }) => [
    { content: own[0]?.name ?? "" },
    { content: own[0]?.mode ?? "" },
    ...lossCells(kill),
    ...lossCells(power),
  ]),
  isSortable: true,
})}`;
}

const CRASHED: readonly Column[] = [
  { head: "scenario", kind: "text" },
  { head: "mode", kind: "text" },
  { head: "process kill: at risk", kind: "number" },
  { head: "process kill: lost / allowed", kind: "number" },
  { head: "power cut: at risk", kind: "number" },
  { head: "power cut: lost / allowed", kind: "number" },
];

function rowOf(own: readonly ScenarioResult[], kind: string): ScenarioResult | undefined {
  return (
    own.find(({ fault }) => fault === kind) ?? own.find(({ fault }) => fault.startsWith(`${kind}:`))
  );
}

function lossCells(row: ScenarioResult | undefined): readonly Cell[] {
  if (row === undefined) {
    const absent = { content: "not run", value: -1 };
    return [absent, absent];
  }
  const { atRiskRecordsMax, lostRecordsMax, allowedRecords } = row;
  const allowed = allowedRecords === null ? "all at risk" : countText(allowedRecords);
  return [
    { content: countText(atRiskRecordsMax), value: atRiskRecordsMax },
    { content: `${countText(lostRecordsMax)} / ${allowed}`, value: lostRecordsMax },
  ];
}
