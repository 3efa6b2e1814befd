// A chart of the report: what it says in words, how it is drawn at two widths, and its numbers.
import type { PlotOptions } from "@observablehq/plot";
import type { DataTable } from "./data-table.ts";

/** Widths in CSS pixels: of a phone and of a page. Small charts are drawn once. */
export const NARROW_WIDTH = 350;
export const WIDE_WIDTH = 720;

/** Drawn by the library, without a document or a width. */
export type Drawing = Omit<PlotOptions, "document" | "width">;

export interface Chart {
  /** Unique in the page; letters, digits and `-`. */
  readonly id: string;
  readonly title: string;
  /** What a reader is to see in it, and how it is drawn. */
  readonly caption: string;
  /** True for one of several that stand side by side: it is drawn at the narrow width alone. */
  readonly isSmall: boolean;
  draw(isNarrow: boolean): Drawing;
  readonly numbers: Omit<DataTable, "isSortable">;
}
