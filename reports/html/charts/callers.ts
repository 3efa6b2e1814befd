// Group commit: what more callers at once make of syncs and of latency.
import { axisX, axisY, dot, frame, gridY, lineY, text } from "@observablehq/plot";
import type { Measurement } from "../../../harness/measurement.ts";
import type { Chart, Drawing } from "../chart.ts";
import type { Cell } from "../data-table.ts";
import { countText, microsText, shortNumber } from "../number-text.ts";
import { powersOfTen } from "../powers-of-ten.ts";
import { seriesStyles } from "../series-style.ts";

type Setting = Measurement["settings"][number];

/** A line of a chart: its name, and what it is at so many callers. */
interface Point {
  readonly callers: number;
  readonly value: number;
  readonly name: string;
}

/** Two charts where some mode was measured with different numbers of callers. */
export function callersCharts({ settings }: Measurement): readonly Chart[] {
  const swept = settings
    .filter((setting) => siblings(setting, settings).length > 1)
    .toSorted((a, b) => a.callers - b.callers);
  if (swept.length === 0) return [];
  const numbers: Chart["numbers"] = {
    caption: "Syncs and latency by callers",
    columns: [
      { head: "setting", kind: "text" },
      { head: "callers", kind: "number" },
      { head: "fsyncs an append", kind: "number" },
      { head: "append, median", kind: "number" },
      { head: "append, 99 %", kind: "number" },
    ],
    rows: swept.map(cells),
  };
  return [
    { ...syncsChart(swept), numbers },
    { ...latencyChart(swept), numbers },
  ];
}

/** The settings that differ from it in callers alone, itself among them. */
function siblings(setting: Setting, settings: readonly Setting[]): readonly Setting[] {
  return settings.filter((other) => lineOf(other) === lineOf(setting));
}

function lineOf({ scenario, options, recordBytes }: Setting): string {
  return `${scenario} ${recordBytes} ${JSON.stringify(options)}`;
}

function cells({ id, callers, speed }: Setting): readonly Cell[] {
  const { p50Micros, p99Micros } = speed.append;
  const syncs = syncsOf(speed);
  return [
    { content: id },
    { content: countText(callers), value: callers },
    { content: syncs === null ? "not counted" : shortNumber(syncs), value: syncs ?? -1 },
    { content: microsText(p50Micros), value: p50Micros },
    { content: microsText(p99Micros), value: p99Micros },
  ];
}

function syncsOf({ syncsPerAppend }: Setting["speed"]): number | null {
  return syncsPerAppend;
}

function syncsChart(swept: readonly Setting[]): Omit<Chart, "numbers"> {
  const points = swept.flatMap((setting): Point[] => {
    const value = syncsOf(setting.speed);
    return value === null ? [] : [{ callers: setting.callers, value, name: nameOf(setting) }];
  });
  return {
    id: "syncs-against-callers",
    title: "Fsyncs an append against callers",
    caption:
      "How many fsyncs of the log an append costs when so many callers wait at once: one leader syncs for all of them.",
    isSmall: true,
    draw: () => draw(points, { label: "fsyncs an append", format: shortNumber }),
  };
}

function latencyChart(swept: readonly Setting[]): Omit<Chart, "numbers"> {
  const points = swept.flatMap((setting): Point[] => {
    const { p50Micros, p99Micros } = setting.speed.append;
    return [
      { callers: setting.callers, value: p50Micros, name: `${nameOf(setting)}, median` },
      { callers: setting.callers, value: p99Micros, name: `${nameOf(setting)}, 99 %` },
    ];
  });
  return {
    id: "latency-against-callers",
    title: "Latency against callers",
    caption: "From the call of an append to its answer, with so many callers at once.",
    isSmall: true,
    draw: () => draw(points, { label: "latency of an append", format: microsText }),
  };
}

function nameOf({ mode }: Setting): string {
  return mode;
}

function draw(
  points: readonly Point[],
  { label, format }: { readonly label: string; readonly format: (value: number) => string },
): Drawing {
  const names = [...new Set(points.map(({ name }) => name))];
  const styleOf = seriesStyles(names);
  const callers = [...new Set(points.map((point) => point.callers))].sort((a, b) => a - b);
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // A single line needs no name.
  const named = names.length < 2 ? [] : names;
  const ends = named.map((name) => points.findLast((point) => point.name === name));
  return {
    height: 260,
    marginLeft: 60,
    marginRight: 16,
    marginTop: 30,
    marginBottom: 40,
    x: { type: "log", base: 2, domain: [Math.min(...callers) / 1.3, Math.max(...callers) * 1.3] },
    y: { type: "log", domain: [least / 1.8, most * 2.4] },
    marks: [
      frame({ strokeOpacity: 0.25 }),
      gridY({ ticks: ticksOf(least, most), strokeOpacity: 0.12 }),
      axisX({ ticks: callers, tickFormat: (value: number) => countText(value), label: "callers" }),
      axisY({ ticks: ticksOf(least, most), tickFormat: format, label }),
      ...names.flatMap((name) => {
        const own = points.filter((point) => point.name === name);
        const { colour, dash, symbol } = styleOf(name);
        const place = { x: "callers", y: "value", stroke: colour } as const;
        return [
          lineY(own, { ...place, strokeDasharray: dash }),
          dot(own, { ...place, symbol, fill: colour, r: 4 }),
        ];
      }),
      text(ends, { x: "callers", y: "value", text: "name", textAnchor: "end", dy: -12 }),
    ],
  };
}

/** The powers of ten, and halves and fifths where there are too few of them. */
function ticksOf(least: number, most: number): number[] {
  const [first, last] = [least / 1.8, most * 2.4];
  if (last / first > 60) return powersOfTen([first, last]);
  return powersOfTen([first / 10, last])
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((tick) => tick >= first && tick <= last);
}
