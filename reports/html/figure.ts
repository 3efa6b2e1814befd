// A figure of the page: a chart, its caption, its numbers in a table, and buttons that save it.
import { type Chart, NARROW_WIDTH, WIDE_WIDTH } from "./chart.ts";
import { renderDataTable } from "./data-table.ts";
import { html, type Markup } from "./markup.ts";
import { plotSvg } from "./plot-svg.ts";

/** The figure. A wide chart is there twice, and the page's style shows the one that fits. */
export function renderFigure(chart: Chart): Markup {
  const { id, title, caption, isSmall, numbers } = chart;
  const drawn = (isNarrow: boolean): Markup => {
    const width = isNarrow ? NARROW_WIDTH : WIDE_WIDTH;
    const words = { id: `${id}-${isNarrow ? "narrow" : "wide"}`, title, description: caption };
    return plotSvg(chart.draw(isNarrow), { ...words, width });
  };
  const both = html`<div class="wide">${isSmall ? undefined : drawn(false)}</div>
<div class="narrow">${drawn(true)}</div>`;
  return html`<figure id="${id}" data-name="${id}"${isSmall ? html` class="small"` : undefined}>
<h3>${title}</h3>
${isSmall ? drawn(true) : both}
<figcaption>${caption}</figcaption>
<details><summary>The numbers of this chart</summary>
${renderDataTable({ ...numbers, isSortable: false })}</details>
</figure>
`;
}
