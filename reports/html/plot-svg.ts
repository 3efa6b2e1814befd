// A chart as SVG: drawn by Observable Plot on a document in memory, so that the page needs no script to show it.
import { plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Drawing } from "./chart.ts";
import { html, type Markup, trusted } from "./markup.ts";

/** Digits behind the point of a coordinate; the library writes up to 16. */
const LONG_COORDINATE = /\d+\.\d{3,}/g;

/** What is read to somebody who does not see the chart. */
export interface PlotWords {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
}

/** The chart as an image with a title and a description. Equal drawings give equal text. */
export function plotSvg(drawing: Drawing, { id, title, description, width }: PlotWords): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawn = plot({ ...drawing, document, width });
  const svg = drawn.tagName.toLowerCase() === "svg" ? drawn : drawn.querySelector("svg");
  // The page's style holds its rules; an inline one would need a hash of its own.
  svg.querySelector("style")?.remove();
  // An image is read as a whole, by its title.
  for (const part of svg.querySelectorAll("[aria-label], [aria-hidden]")) {
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-hidden");
    part.removeAttribute("aria-description");
  }
  svg.setAttribute("class", "plot");
  svg.setAttribute("role", "img");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-desc`);
  const text = String(svg.outerHTML).replace(LONG_COORDINATE, shortCoordinate);
  const words = html`<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>`;
  return trusted(text.replace(">", `>${words.toString()}`));
}

function shortCoordinate(digits: string): string {
  return String(Math.round(Number(digits) * 100) / 100);
}
