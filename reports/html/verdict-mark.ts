// A verdict as a word with a mark, so that colour is not all that tells it apart.
import type { Verdict } from "../../harness/trial-record.ts";
import { html, type Markup } from "./markup.ts";

const MARKS: { readonly [V in Verdict]: string } = {
  held: "\u2713",
  measured: "\u25cb",
  inconclusive: "?",
  violated: "\u2717",
};

/** The word behind its mark. */
export function renderVerdict(verdict: Verdict): Markup {
  return html`<span class="verdict ${verdict}"><span class="mark" aria-hidden="true">${MARKS[verdict]}</span> ${verdict}</span>`;
}
