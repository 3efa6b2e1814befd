// The beginning of the page: what came of it, of what, where, and how to do it again.
import type { CampaignResult, NotRun } from "../../harness/result.ts";
import { renderCommand } from "./command-block.ts";
import { html, type Markup } from "./markup.ts";
import { bytesText, countText, microsText } from "./number-text.ts";
import { renderVerdict } from "./verdict-mark.ts";

/** The verdict, what it rests on, and what it does not say. */
export function renderVerdictSection(result: CampaignResult): Markup {
  return html`<section aria-labelledby="verdict" class="top ${result.verdict}">
<h1 id="verdict">${renderVerdict(result.verdict)}<span class="sentence">${sentenceOf(result)}</span></h1>
<dl class="facts">
${factsOf(result).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
<p class="label" id="repeat">Repeat it with</p>
${renderCommand(result.command, "repeat")}
${renderList(
  "Notes",
  result.notes.map((note) => html`${note}`),
)}
${renderList("Not run, and no pass", result.notRun.map(renderNotRun))}
</section>
`;
}

function sentenceOf({ scenarios, measurement, interrupted, complete }: CampaignResult): string {
  const violated = scenarios.filter(({ verdict }) => verdict === "violated").length;
  const unsure = scenarios.filter(({ verdict }) => verdict === "inconclusive").length;
  const rows = `${scenarios.length} ${scenarios.length === 1 ? "row" : "rows"}`;
  const state = interrupted ? "interrupted; " : complete ? "" : "not complete; ";
  const broken = violated === 0 ? "" : `a promise broke in ${violated} of ${rows}`;
  const open = unsure === 0 ? "" : `a proof is missing in ${unsure} of ${rows}`;
  if (broken !== "" || open !== "") {
    return `${state}${[broken, open].filter((text) => text !== "").join(", ")}`;
  }
  if (scenarios.length === 0) {
    return `${state}${measurement === undefined ? "nothing ran" : "measured, not judged"}`;
  }
  return `${state}nothing broke in ${rows} of scenario and fault`;
}

function factsOf(result: CampaignResult): readonly (readonly [string, string])[] {
  const { machine, measurement, scenarios } = result;
  const sum = (of: "trials" | "crashes"): number =>
    scenarios.reduce((total, scenario) => total + scenario[of], 0);
  return [
    ["ackproof", result.ackproof],
    ["seed", String(result.seed)],
    ["started", result.startedAt],
    ["took", `${(result.durationMs / 1000).toFixed(1)} s`],
    ["trials", countText(sum("trials"))],
    ["crashes", countText(sum("crashes"))],
    ["machine", `${machine.platform} ${machine.release} ${machine.arch}, ${machine.cpus} cores`],
    ["Node", machine.node],
    ["containment", machine.containment],
    ...(measurement === undefined ? [] : placeFacts(measurement.place)),
  ];
}

type Place = NonNullable<CampaignResult["measurement"]>["place"];

function placeFacts(place: Place): readonly (readonly [string, string])[] {
  const memory = place.isInMemory ? ", in memory: a sync costs nothing there" : "";
  const { p50Micros, p99Micros } = place.syncLatency;
  const copies = place.copies.map(
    ({ recordBytes, medianNanos }) => `${bytesText(recordBytes)} ${microsText(medianNanos / 1000)}`,
  );
  return [
    ["processor", place.cpuModel],
    ["memory", bytesText(place.memoryBytes)],
    ["file system", `${place.fileSystem} (${place.mountOptions})${memory}`],
    ["one fdatasync", `median ${microsText(p50Micros)}, 99 % within ${microsText(p99Micros)}`],
    ["one copy in memory", copies.join(", ")],
    ["one reading of the clock", microsText(place.clockNanos / 1000)],
    ["load", `${place.loadBefore.toFixed(2)} before, ${place.loadAfter.toFixed(2)} after`],
  ];
}

function renderList(head: string, items: readonly Markup[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<h2 class="small">${head}</h2>
<ul>
${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
}

function renderNotRun({ fault, reason, command }: NotRun): Markup {
  const mend = command === undefined ? undefined : html`. To mend it: <code>${command}</code>`;
  return html`<strong>${fault}</strong>: ${reason}${mend}`;
}
