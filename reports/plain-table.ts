// A table for a terminal without borders: columns are told apart by alignment.
import Table from "cli-table3";
import type { Paint } from "./paint.ts";

/** Blanks between columns. */
export const GAP = 2;

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** An empty table with its heads; those in `rightAligned` have numbers below them. */
export function createTable(
  heads: readonly string[],
  rightAligned: ReadonlySet<string>,
  paint: Paint,
): Table.Table {
  return new Table({
    chars: NO_BORDERS,
    head: heads.map((head) => paint.strong(head)),
    colAligns: heads.map((head) => (rightAligned.has(head) ? "right" : "left")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP },
  });
}

/** Its text without blanks at the ends of lines, and without a last line break. */
export function tableText(table: Table.Table): string {
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
