// How series are told apart: by colour, and by dash and shape for whoever does not see the colour.
import type { SymbolType } from "@observablehq/plot";

/** A series in all its marks; the colour is a variable of the page's style, light or dark. */
export interface SeriesStyle {
  readonly colour: string;
  readonly dash: string;
  readonly symbol: SymbolType;
}

const SYMBOLS: readonly SymbolType[] = ["circle", "square", "triangle", "diamond", "star", "wye"];
const DASHES = ["none", "6 3", "2 2", "8 2 2 2", "10 4", "1 3"];
const COLOURS = 6;

/** Equal names have equal styles; beyond six series styles come again. */
export function seriesStyles(names: readonly string[]): (name: string) => SeriesStyle {
  const known = [...new Set(names)];
  return (name) => {
    const place = Math.max(0, known.indexOf(name)) % COLOURS;
    return {
      colour: `var(--series-${place + 1})`,
      dash: DASHES[place] ?? "none",
      symbol: SYMBOLS[place] ?? "circle",
    };
  };
}
