// Text made fit for GitHub's Markdown: it is shown as it stands.

/** Marks of code, emphasis, links, HTML, tables, headings and formulas. */
const MARKUP = /[\\`*_[\]<>|~&#$]/g;
/** What begins a list where it stands first on its line. */
const LIST_MARK = /^(?:(?=[-+])|\d+(?=[.)]))/;

/**
 * For a place inside a line or a table's cell; runs of spaces become one. A mention is cut in two by an empty comment: GitHub looks for mentions and
 * addresses in what it has rendered, where a backslash is gone.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(MARKUP, "\\$&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/www(?=\.)/gi, "$&\\")
    .replaceAll("@", "@<!-- -->");
}

/** For the beginning of a line, as in a list. */
export function escapeMarkdownLine(text: string): string {
  return escapeMarkdown(text).replace(LIST_MARK, "$&\\");
}

/** A block of code that a reader can copy. The text is one line. */
export function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}sh\n${text}\n${fence}`;
}
