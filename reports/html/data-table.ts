// A table of a report: a caption, heads with a scope, numbers to the right; it may be sorted in the page.
import { html, type Markup } from "./markup.ts";

/** One column. Of a `number` column cells are aligned and sorted by their value; `short` text is not wrapped. */
export interface Column {
  readonly head: string;
  readonly kind: "text" | "short" | "number";
  /** What it means, where the head does not say. */
  readonly title?: string;
}

/** What a cell shows; `value` is what it is sorted by, where that is not its text. */
export interface Cell {
  readonly content: Markup | string | number;
  readonly value?: number;
}

/** A table's parts. The first cell of each row is its head. */
export interface DataTable {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly isSortable: boolean;
}

/** The table, in a part of its own that scrolls sideways where the screen is narrow. */
export function renderDataTable({ caption, columns, rows, isSortable }: DataTable): Markup {
  const classes = isSortable ? "sortable" : "plain";
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}">
<table class="${classes}">
<caption>${caption}</caption>
<thead><tr>${columns.map(renderHead)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell, index) => renderCell(cell, columns[index], index))}</tr>\n`)}</tbody>
</table>
</div>
`;
}

function renderHead({ head, kind, title }: Column): Markup {
  const meaning = title === undefined ? undefined : html` title="${title}"`;
  return html`<th scope="col" class="${kind}"${meaning}>${head}</th>`;
}

function renderCell({ content, value }: Cell, column: Column | undefined, index: number): Markup {
  const sorted = value === undefined ? undefined : html` data-value="${value}"`;
  const kind = column?.kind ?? "text";
  return index === 0
    ? html`<th scope="row" class="${kind}"${sorted}>${content}</th>`
    : html`<td class="${kind}"${sorted}>${content}</td>`;
}
