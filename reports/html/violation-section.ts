// The violations and findings, each with the story of its crash.
import type { CrashStory } from "../../harness/crash-story.ts";
import type { CampaignResult, ScenarioResult, ViolationSummary } from "../../harness/result.ts";
import { renderCommand } from "./command-block.ts";
import { renderHexDump } from "./hex-dump.ts";
import { html, type Markup } from "./markup.ts";
import { renderRecords } from "./record-table.ts";
import { renderTimeline } from "./timeline.ts";

/** A section with what leads to it. */
interface NamedSection {
  readonly id: string;
  readonly name: string;
  readonly content: Markup;
}

/** What broke a promise, then what only informs; nothing where nothing broke. */
export function renderViolationSections({ scenarios }: CampaignResult): readonly NamedSection[] {
  const sections = [
    {
      id: "violations",
      name: "Violations",
      head: "Violations",
      of: (row: ScenarioResult) => row.violations,
    },
    {
      id: "findings",
      name: "Findings",
      head: "Findings, which set no verdict",
      of: (row: ScenarioResult) => row.findings,
    },
  ];
  return sections.flatMap(({ id, name, head, of }) => {
    const broken = scenarios.map((row, place) => ({ row, place, told: of(row) }));
    const rows = broken.filter(({ told }) => told.length > 0);
    if (rows.length === 0) return [];
    const content = html`<section aria-labelledby="${id}">
<h2 id="${id}">${head}</h2>
${rows.map(({ row, place, told }) => renderRow(row, told, `${id}-${place}`))}</section>
`;
    return [{ id, name, content }];
  });
}

function renderRow(row: ScenarioResult, told: readonly ViolationSummary[], id: string): Markup {
  const trials = trialsOf(told);
  return html`<h3>${row.name} (${row.fault})</h3>
${trials.map((trial, index) => renderTrial(trial, `${id}-${index}`, index === 0))}`;
}

/** What broke in one trial stands together: it shares an artifact, and the first has the story. */
interface ToldTrial {
  readonly first: ViolationSummary;
  readonly others: ViolationSummary[];
}

function trialsOf(told: readonly ViolationSummary[]): readonly ToldTrial[] {
  const trials: ToldTrial[] = [];
  for (const violation of told) {
    const trial = trials.at(-1);
    const isSame = trial?.first.id === violation.id && trial.first.trial === violation.trial;
    if (trial !== undefined && isSame) trial.others.push(violation);
    else trials.push({ first: violation, others: [] });
  }
  return trials;
}

function renderTrial({ first, others }: ToldTrial, id: string, isFirst: boolean): Markup {
  const { guarantee, message, trial, seed, replay, prevention, story } = first;
  const prevented = prevention === undefined ? undefined : html`; prevented by ${prevention}`;
  return html`<article class="violation" aria-labelledby="${id}">
<h4 id="${id}">${guarantee}</h4>
<p class="message">${message}</p>
${renderOthers(others)}<p class="legend">Trial ${trial}, seed ${seed}${prevented}</p>
${replay === null ? html`<p>No artifact was kept that could be replayed.</p>` : renderReplay(replay, id)}
${story === undefined ? undefined : renderStory(story, isFirst)}</article>
`;
}

function renderOthers(others: readonly ViolationSummary[]): Markup | undefined {
  if (others.length === 0) return undefined;
  const items = others.map(
    ({ guarantee, message }) => html`<li><strong>${guarantee}</strong>: ${message}</li>\n`,
  );
  return html`<p>The same trial also broke:</p>
<ul>
${items}</ul>
`;
}

function renderReplay(replay: string, id: string): Markup {
  return html`<p class="label" id="${id}-replay">Replay it with</p>
${renderCommand(replay, `${id}-replay`)}`;
}

function renderStory(story: CrashStory, isOpen: boolean): Markup {
  const open = isOpen ? html` open` : undefined;
  const { bytes, explanation } = story;
  return html`<details class="story"${open}><summary>The story of this crash</summary>
${part("Why", explanation.length === 0 ? undefined : html`<ul class="why">${explanation.map((line) => html`<li>${line}</li>\n`)}</ul>`)}
${part("What happened", renderTimeline(story))}
${part("What survived and what was lost", renderRecords(story))}
${part("Torn bytes", bytes.length === 0 ? undefined : html`${bytes.map((stretch, index) => renderHexDump(stretch, index === 0))}`)}</details>
`;
}

function part(head: string, content: Markup | undefined): Markup | undefined {
  return content === undefined ? undefined : html`<h5>${head}</h5>\n${content}`;
}
