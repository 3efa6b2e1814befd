// The page's style: light, dark and paper; colours hold WCAG AA against their ground and differ for colour-blind eyes.

const COLOURS_LIGHT = `
  --ground: #ffffff; --raised: #f5f6f8; --line: #d4d8de; --text: #1b1f24; --faint: #555d67;
  --link: #0a5199; --focus: #0a5199; --mark: #ffe3a3; --mark-text: #1b1f24;
  --good: #17653a; --bad: #b3261e; --unsure: #7a5200; --measured: #0a5199;
  --series-1: #0072b2; --series-2: #b34700; --series-3: #00735a; --series-4: #8a3fa0; --series-5: #7a5c00; --series-6: #4d5560;`;

const COLOURS_DARK = `
  --ground: #14171b; --raised: #1d2127; --line: #3a414b; --text: #e6e9ed; --faint: #a6afba;
  --link: #8cc4ff; --focus: #8cc4ff; --mark: #6b4e00; --mark-text: #ffffff;
  --good: #6fd39b; --bad: #ff9a92; --unsure: #f0c060; --measured: #8cc4ff;
  --series-1: #6bb8f0; --series-2: #ff9a5c; --series-3: #4fd1a5; --series-4: #d9a0e8; --series-5: #e0c05a; --series-6: #b4bcc6;`;

const BASE = `
:root { color-scheme: light dark; ${COLOURS_LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${COLOURS_DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 0 1rem 2rem; max-width: 76rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
code, pre, .hex td, .hex th, .at { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: .875em; }
h1, h2, h3, h4, h5 { line-height: 1.25; margin: 1.6em 0 .5em; text-wrap: balance; }
h1 { font-size: 1.35rem; margin-top: .4em; } h2 { font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .25em; margin-top: 2.2em; }
h2.small { font-size: 1rem; border: 0; margin: 1.2em 0 .3em; } h3 { font-size: 1.05rem; } h4 { font-size: 1rem; margin: 0 0 .25em; } h5 { font-size: .95rem; margin: 1.4em 0 .4em; }
p { margin: .5em 0; max-width: 72ch; } ul { margin: .3em 0; padding-left: 1.3em; max-width: 76ch; }
a { color: var(--link); } small, .legend, figcaption, footer { color: var(--faint); font-size: .875rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .3rem 0 0; font-size: .9rem; }
.skip { position: absolute; left: -100vw; background: var(--ground); padding: .5em 1em; z-index: 2; }
.skip:focus { left: 1rem; top: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.brand { font-weight: 700; margin: 1rem 0 0; } .brand span { font-weight: 400; color: var(--faint); margin-left: .5em; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); }
button { font: inherit; color: var(--link); background: var(--ground); border: 1px solid var(--line); border-radius: 4px; padding: .25em .7em; cursor: pointer; min-height: 2rem; }
button:hover { border-color: var(--link); }
summary { cursor: pointer; padding: .3em 0; } details > summary { color: var(--link); } details.row > summary { color: inherit; }
`;

const PARTS = `
.top { border-left: 6px solid var(--line); padding: .1rem 0 .1rem 1rem; margin-top: 1rem; }
.top.held { border-color: var(--good); } .top.violated { border-color: var(--bad); } .top.inconclusive { border-color: var(--unsure); } .top.measured { border-color: var(--measured); }
h1 .verdict { font-size: 2rem; display: block; } h1 .sentence { font-weight: 500; }
.verdict { font-weight: 700; white-space: nowrap; } .verdict.held { color: var(--good); } .verdict.violated, .bad { color: var(--bad); } .verdict.inconclusive { color: var(--unsure); } .verdict.measured { color: var(--measured); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13.5rem, 100%), 1fr)); gap: .4rem 1.5rem; margin: 1rem 0; }
.facts.wide { grid-template-columns: 1fr; } @media (min-width: 40.1rem) { .facts.wide > div { display: grid; grid-template-columns: 13rem minmax(0, 1fr); } } .facts dt { color: var(--faint); font-size: .8125rem; } .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.label { margin: .8em 0 .2em; font-size: .875rem; color: var(--faint); }
.command { display: flex; gap: .5rem; align-items: flex-start; max-width: 100%; }
.command pre { flex: 1 1 auto; min-width: 0; margin: 0; padding: .5em .7em; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.command button { flex: none; }
.scroll { overflow-x: auto; max-width: 100%; margin: .6em 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; line-height: 1.35; }
caption { text-align: left; color: var(--faint); font-size: .875rem; padding: 0 0 .3em; }
th, td { text-align: left; padding: .35em .75em; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; font-weight: 600; } tbody th { font-weight: 600; }
th.number, td.number { text-align: right; } td.number, td.short { white-space: nowrap; }
.scroll > table tbody th[scope=row]:first-child { background: var(--ground); }
th button { border: 0; padding: 0; min-height: 1.6rem; font-weight: inherit; text-align: inherit; color: inherit; background: none; }
th button::after { content: " \\2195"; color: var(--faint); } th[aria-sort=ascending] button::after { content: " \\2191"; color: inherit; } th[aria-sort=descending] button::after { content: " \\2193"; color: inherit; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21.9rem, 100%), 1fr)); gap: 1.5rem 2rem; align-items: start; }
figure { margin: 0; min-width: 0; grid-column: 1 / -1; max-width: 48rem; } figure.small { grid-column: auto; } figure h3 { margin: .5em 0 .3em; }
.plot { display: block; max-width: 100%; height: auto; color: var(--text); font-size: 11px; overflow: visible; } .plot text { white-space: pre; }
.narrow { display: none; } @media (max-width: 47.9rem) { .wide { display: none; } .narrow { display: block; } }
.save { display: flex; gap: .5rem; margin: .5rem 0; }
.violation { border: 1px solid var(--line); border-radius: 6px; padding: .9rem 1rem; margin: 1rem 0; } .message { font-weight: 500; }
.why { list-style: none; padding-left: 0; } .why li { margin: .25em 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: .4em 0; padding: 0; font-size: .9rem; }
.timeline li { display: grid; grid-template-columns: 3.4rem 5.4rem minmax(0, 1fr); gap: .4rem; padding: .16em .4em; border-left: 4px solid var(--line); overflow-wrap: anywhere; }
.timeline .at { color: var(--faint); text-align: right; } .timeline .kind { font-weight: 600; }
.timeline .disk .what, .timeline .sync .what { padding-left: 1.2em; }
.timeline .acknowledgement { border-color: var(--good); } .timeline .acknowledgement .kind { color: var(--good); }
.timeline .sync { border-color: var(--series-1); } .timeline .sync .kind { color: var(--series-1); }
.timeline .failure, .timeline .crash { border-color: var(--bad); } .timeline .failure .kind, .timeline .crash .kind { color: var(--bad); }
.timeline .recovery { border-color: var(--series-4); } .timeline .recovery .kind { color: var(--series-4); }
.timeline .struck { border: 2px solid var(--bad); border-left-width: 4px; margin: .3em 0; padding: .4em; } .timeline .struck .kind { color: var(--bad); }
.hex { font-size: .75rem; } .hex td, .hex th { font-size: 1em; } .hex th, .hex td { padding: .1em .5em; border: 0; white-space: pre; } .hex tr.left td, .hex tr.left th { border-bottom: 1px solid var(--line); }
.hex .which { color: var(--faint); } .hex mark { background: var(--mark); color: var(--mark-text); font-weight: 700; text-decoration: underline; } .hex .folded td { color: var(--faint); font-style: italic; }
@media (max-width: 40rem) {
  body { padding: 0 .75rem 1.5rem; } .facts { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .4rem 1rem; } th, td { padding: .3em .45em; } td.text { min-width: 6rem; } .top { padding-left: .75rem; } .violation { padding: .7rem; } .command { flex-direction: column; } .command pre { width: 100%; }
  .hex .ascii { display: none; } .hex th, .hex td { padding: .1em .25em; } .hex { font-size: .625rem; } .timeline li { grid-template-columns: 2.2rem 5.2rem minmax(0, 1fr); gap: .3rem; padding: .16em .25em; } .timeline .disk .what, .timeline .sync .what { padding-left: .5em; }
  tbody th[scope=row].text { min-width: 7.5rem; overflow-wrap: anywhere; }
}
`;

const PAPER = `
@media print {
  :root { color-scheme: light; ${COLOURS_LIGHT} }
  @page { margin: 15mm; }
  html { font-size: 9.5pt; } body { max-width: none; padding: 0; } .skip, nav, .save, .command button, #said { display: none !important; }
  details::details-content { content-visibility: visible; display: block; height: auto; block-size: auto; } summary { list-style: none; }
  th button::after { content: ""; } .scroll { overflow: visible; } table, td small { font-size: 7.5pt; } th, td { padding: .25em .4em; } td.number { white-space: normal; }
  .hex { font-size: 7pt; } h2, h3, h4, h5 { break-after: avoid; } figure, tr, .timeline li, .command { break-inside: avoid; } thead { display: table-header-group; }
  .wide { display: block; } .narrow { display: none; } .verdict, .hex mark, .timeline li, .top { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** The whole of it. */
export const PAGE_STYLE: string = BASE + PARTS + PAPER;
