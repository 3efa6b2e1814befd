// The timeline of a crash: operations, syncs and answers in their order, the crash, and what came behind it.
import type { CrashStory, StoryEvent } from "../../harness/crash-story.ts";
import { html, type Markup } from "./markup.ts";

/** Events before the crash that are shown at once. */
const SHOWN_BEFORE = 24;

const KIND_WORDS: { readonly [K in StoryEvent["kind"]]: string } = {
  request: "asked",
  acknowledgement: "answered",
  failure: "failed",
  disk: "disk",
  sync: "sync",
  crash: "crash",
  recovery: "recovery",
};

/** The events as ordered lists; those long before the crash can be opened. */
export function renderTimeline({ events, eventsLeftOut, crashAt, crash }: CrashStory): Markup {
  const behind = events.findIndex(({ at }) => at > crashAt);
  const before = behind < 0 ? events : events.slice(0, behind);
  const after = behind < 0 ? [] : events.slice(behind);
  const early = before.slice(0, -SHOWN_BEFORE);
  return html`${renderLeftOut(eventsLeftOut)}${renderEarly(early)}<ol class="timeline" role="list">
${before.slice(-SHOWN_BEFORE).map(renderEvent)}<li class="struck"><span class="at"></span><span class="kind">crash</span><strong class="what">${crash}</strong></li>
${after.map(renderEvent)}</ol>
`;
}

function renderLeftOut(count: number): Markup | undefined {
  return count === 0
    ? undefined
    : html`<p class="legend">${count} earlier events are not listed.</p>\n`;
}

function renderEarly(events: readonly StoryEvent[]): Markup | undefined {
  if (events.length === 0) return undefined;
  return html`<details><summary>${events.length} events before these</summary>
<ol class="timeline" role="list">
${events.map(renderEvent)}</ol></details>
`;
}

function renderEvent({ at, kind, text }: StoryEvent): Markup {
  return html`<li class="${kind}"><span class="at">#${at}</span><span class="kind">${KIND_WORDS[kind]}</span><span class="what">${text}</span></li>\n`;
}
