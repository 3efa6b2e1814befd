// The report as a page: one file that asks nothing of a network, and that reads without its script.
import { createHash } from "node:crypto";
import type { CampaignResult } from "../../harness/result.ts";
import { renderCampaignSection } from "./campaign-table.ts";
import { renderChartsSection } from "./charts-section.ts";
import { html, trusted } from "./markup.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { renderSpectrumSection } from "./spectrum-section.ts";
import { renderVerdictSection } from "./verdict-section.ts";
import { renderViolationSections } from "./violation-section.ts";

/** The whole page. Equal results give equal text. */
export function renderHtml(result: CampaignResult): string {
  const sections = [
    { id: "spectrum", name: "Spectrum", content: renderSpectrumSection(result) },
    { id: "campaign", name: "Campaign", content: renderCampaignSection(result.scenarios) },
    { id: "charts", name: "Charts", content: renderChartsSection(result) },
    ...renderViolationSections(result),
  ].filter(({ content }) => content !== undefined);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>ackproof: ${result.verdict}, seed ${result.seed}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdict</a>
<header><p class="brand">ackproof <span>acknowledged means durable</span></p></header>
<nav aria-label="On this page"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${renderVerdictSection(result)}${sections.map(({ content }) => content)}</main>
<footer><p>Written by ackproof ${result.ackproof}. The same numbers are in <code>result.json</code> beside this file.</p></footer>
<div id="said" role="status" class="unseen"></div>
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.toString();
}

/** Nothing is loaded, sent or run but what this file holds; a saved picture is drawn from a `data:` image. */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(PAGE_STYLE)}`,
    `script-src ${hashOf(PAGE_SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
