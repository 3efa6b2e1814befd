// HTML that is safe by construction: what is put into a template is text, and escaped, unless it is markup.
import { escapeText } from "../escape-text.ts";

/** Longest text of a subject that is shown, in characters; result.json has the rest. */
const TEXT_LIMIT = 2000;

/** A piece of a page. Nothing but a template of `html` or `trusted` makes one. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Content = Markup | string | number | undefined | readonly Content[];

/** A template: markup goes in as it is, lists one after the other, anything else as escaped text. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const texts = parts.map((part, index) => part + markupOf(contents[index]));
  return new Markup(texts.join(""));
}

/** Text that this program made and that is markup already. Never of a subject, a user or a file. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function markupOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.toString();
  if (typeof content === "object") return content.map(markupOf).join("");
  return escapeHtml(escapeText(String(content), TEXT_LIMIT));
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
