// The risk window over time: the sawtooth of `batch`, the flat line of `sync`, the ramp of `none`.
import { areaY, axisFx, axisFy, axisX, frame, lineY } from "@observablehq/plot";
import type { Measurement } from "../../../harness/measurement.ts";
import type { Chart, Drawing } from "../chart.ts";
import type { Cell } from "../data-table.ts";
import { bytesText, countText, millisText, shortNumber } from "../number-text.ts";
import { type RecordedSetting, recordedSettings } from "../recorded-settings.ts";
import { seriesStyles } from "../series-style.ts";

type Instant = RecordedSetting["risk"]["kill"]["series"][number];

const FAULTS = ["kill", "power"] as const;
type Fault = (typeof FAULTS)[number];
const FAULT_WORDS = { kill: "process kill", power: "power cut" } as const;

/** Turns of one setting under one fault that the table lists. */
const TURNS_TOLD = 16;
/** Teeth that the drawn stretch should have. */
const TEETH = 5;
/** Points of one line are kept while they differ by so many parts of the width. */
const BUCKETS = 400;

/** Of each mode's typical setting; nothing without a series. */
export function riskOverTime(measurement: Measurement): Chart | undefined {
  const drawn = recordedSettings(measurement).filter(
    ({ isTypical, risk }) => isTypical && FAULTS.some((fault) => risk[fault].series.length > 0),
  );
  if (drawn.length === 0) return undefined;
  const endMillis = stretchEnd(drawn);
  return {
    id: "risk-over-time",
    title: "Risk window over time",
    caption: `Acknowledged records that a crash at each moment would lose, over the first ${millisText(endMillis)} of appends. Each row has a scale of its own, from 0 to the number beside its name; left the process is killed, right the power fails. A line that ends early was recorded so far.`,
    isSmall: false,
    draw: (isNarrow) => draw(drawn, endMillis, isNarrow),
    numbers: {
      caption: "Risk window at the turns of each line",
      columns: [
        { head: "setting", kind: "text" },
        { head: "crash", kind: "text" },
        { head: "at", kind: "number" },
        { head: "records", kind: "number" },
        { head: "bytes", kind: "number" },
        { head: "oldest", kind: "number" },
      ],
      rows: drawn.flatMap((setting) => FAULTS.flatMap((fault) => turnRows(setting, fault))),
    },
  };
}

/** Long enough for some teeth of whatever falls back, else as far as all lines reach. */
function stretchEnd(settings: readonly RecordedSetting[]): number {
  const lines = settings.flatMap(({ risk }) => FAULTS.map((fault) => risk[fault]));
  const falls = lines.flatMap(({ series }) => {
    const at = series.filter(
      (instant, index) => instant.records < (series[index - 1]?.records ?? 0),
    );
    return at[Math.min(TEETH, at.length) - 1]?.atMillis ?? [];
  });
  const ends = lines.flatMap((line) => {
    const end = lastMillis(line);
    return end > 0 ? [end] : [];
  });
  return Math.max(Math.min(...ends), ...falls, 0) || 1;
}

/** Where nothing changes any more the line goes on to the recording's end. */
function lastMillis({ series, durationMillis }: RecordedSetting["risk"]["kill"]): number {
  const last = series.at(-1)?.atMillis ?? 0;
  return series.length < 2 ? durationMillis : last;
}

interface Point {
  readonly at: number;
  /** Of the row's greatest number of records, from 0 to 1. */
  readonly share: number;
  readonly mode: string;
  readonly fault: string;
}

function draw(settings: readonly RecordedSetting[], endMillis: number, isNarrow: boolean): Drawing {
  const most = new Map(
    settings.map((setting) => [labelOf(setting), mostRecords(setting, endMillis)]),
  );
  return {
    height: 64 * settings.length + 56,
    marginLeft: isNarrow ? 78 : 96,
    marginRight: 8,
    marginTop: 26,
    marginBottom: 38,
    x: { domain: [0, endMillis] },
    y: { domain: [0, 1.08], axis: null },
    fx: { domain: FAULTS.map((fault) => FAULT_WORDS[fault]), padding: 0.06, label: null },
    fy: { domain: [...most.keys()], padding: 0.22, label: null },
    marks: [
      frame({ strokeOpacity: 0.25 }),
      axisX({ label: "milliseconds since the first append", ticks: isNarrow ? 3 : 6 }),
      axisFx({ anchor: "top" }),
      axisFy({
        anchor: "left",
        textAnchor: "end",
        tickFormat: (mode: string) => `${mode}\n0 to ${countText(most.get(mode) ?? 0)}`,
      }),
      ...lineMarks(settings, endMillis, most),
    ],
  };
}

/** A line of each setting under each fault, and the area under it. */
function lineMarks(
  settings: readonly RecordedSetting[],
  endMillis: number,
  mostOf: ReadonlyMap<string, number>,
): NonNullable<Drawing["marks"]> {
  const styleOf = seriesStyles(settings.map(({ mode }) => mode));
  const place = { x: "at", fx: "fault", fy: "mode", curve: "step-after" } as const;
  return settings.flatMap((setting) => {
    const { colour } = styleOf(setting.mode);
    const most = mostOf.get(labelOf(setting)) ?? 0;
    return FAULTS.flatMap((fault) => {
      const points = pointsOf(setting, fault, { endMillis, most });
      return [
        areaY(points, { ...place, y2: "share", y1: 0, fill: colour, fillOpacity: 0.16 }),
        lineY(points, { ...place, y: "share", stroke: colour, strokeWidth: 1.6 }),
      ];
    });
  });
}

function labelOf({ mode }: RecordedSetting): string {
  return mode;
}

function mostRecords({ risk }: RecordedSetting, endMillis: number): number {
  const within = FAULTS.flatMap((fault) => risk[fault].series).filter(
    ({ atMillis }) => atMillis <= endMillis,
  );
  return within.reduce((most, { records }) => Math.max(most, records), 0);
}

function pointsOf(
  setting: RecordedSetting,
  fault: Fault,
  { endMillis, most }: { readonly endMillis: number; readonly most: number },
): readonly Point[] {
  const line = setting.risk[fault];
  const point = (at: number, records: number): Point => ({
    at,
    share: most === 0 ? 0 : records / most,
    mode: labelOf(setting),
    fault: FAULT_WORDS[fault],
  });
  const drawn = thinned(
    line.series.filter(({ atMillis }) => atMillis <= endMillis),
    endMillis,
  );
  const last = Math.min(endMillis, Math.max(lastMillis(line), drawn.at(-1)?.atMillis ?? 0));
  return [
    ...drawn.map(({ atMillis, records }) => point(atMillis, records)),
    point(last, drawn.at(-1)?.records ?? 0),
  ];
}

/** Of the instants that fall together on the screen: the first, the least, the most and the last. */
function thinned(series: readonly Instant[], endMillis: number): readonly Instant[] {
  const buckets = new Map<number, Instant[]>();
  for (const instant of series) {
    const bucket = Math.floor((instant.atMillis / endMillis) * BUCKETS);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), instant]);
  }
  return [...buckets.values()].flatMap((together) => {
    const [first] = together;
    const sorted = together.toSorted((a, b) => a.records - b.records);
    const kept = new Set([first, sorted[0], sorted.at(-1), together.at(-1)]);
    return together.filter((instant) => kept.has(instant));
  });
}

/** Where the line turns down, the instant before that, the beginning and the end. */
function turnRows(setting: RecordedSetting, fault: Fault): readonly (readonly Cell[])[] {
  const { series } = setting.risk[fault];
  const turns = series.filter((instant, index) => {
    const falls = (series[index + 1]?.records ?? Infinity) < instant.records;
    const fell = instant.records < (series[index - 1]?.records ?? 0);
    return index === 0 || index === series.length - 1 || falls || fell;
  });
  return turns
    .slice(0, TURNS_TOLD)
    .map(({ atMillis, records, bytes, millis }) => [
      { content: setting.id },
      { content: FAULT_WORDS[fault] },
      { content: `${shortNumber(atMillis)} ms`, value: atMillis },
      { content: countText(records), value: records },
      { content: bytesText(bytes), value: bytes },
      { content: millisText(millis), value: millis },
    ]);
}
