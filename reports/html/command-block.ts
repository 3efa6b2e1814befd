// A command to run, in a block with a button that copies it (made by the page's script).
import { html, type Markup } from "./markup.ts";

/** `label` is the id of the element that says what the command does. */
export function renderCommand(command: string, label: string): Markup {
  return html`<div class="command" role="group" aria-labelledby="${label}"><pre><code>${command}</code></pre></div>`;
}
