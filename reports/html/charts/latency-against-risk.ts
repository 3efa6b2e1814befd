// What an append costs against what a crash may take of it: every setting, on logarithmic axes.
import { axisX, axisY, dot, frame, gridX, gridY, ruleY, text } from "@observablehq/plot";
import type { Measurement } from "../../../harness/measurement.ts";
import type { Chart, Drawing } from "../chart.ts";
import type { Cell } from "../data-table.ts";
import { countText, microsText } from "../number-text.ts";
import { powersOfTen } from "../powers-of-ten.ts";
import { type RecordedSetting, recordedSettings } from "../recorded-settings.ts";
import { seriesStyles } from "../series-style.ts";

const FAULTS = ["kill", "power"] as const;
const FAULT_WORDS = { kill: "process kill", power: "power cut" } as const;

/** Records come in whole ones, so nothing lies between one and the strip of none, which is drawn at a tenth. */
const NONE_AT = 0.1;
const STRIP_ENDS = 0.32;
/** Names of latencies that are less than so many times apart would touch. */
const CROWDED = 4;

/** Two settings are the least that can be compared. */
export function latencyAgainstRisk(measurement: Measurement): Chart | undefined {
  const settings = recordedSettings(measurement);
  if (settings.length < 2) return undefined;
  return {
    id: "latency-against-risk",
    title: "Latency against risk window",
    caption:
      "Median latency of an append against the most records that a crash would lose. Filled and named: one setting of each mode; hollow: the others. Below the dashed line nothing was at risk, which a logarithmic axis has no place for.",
    isSmall: false,
    draw: (isNarrow) => draw(settings, isNarrow),
    numbers: {
      caption: "Median latency and risk window of each setting",
      columns: [
        { head: "setting", kind: "text" },
        { head: "append, median", kind: "number" },
        { head: "at risk, process kill", kind: "number" },
        { head: "at risk, power cut", kind: "number" },
      ],
      rows: settings.map(cells),
    },
  };
}

function cells({ id, speed, risk }: RecordedSetting): readonly Cell[] {
  const micros = speed.append.p50Micros;
  const records = (fault: "kill" | "power"): Cell => {
    const { max } = risk[fault].records;
    return { content: countText(max), value: max };
  };
  return [
    { content: id },
    { content: microsText(micros), value: micros },
    records("kill"),
    records("power"),
  ];
}

interface Point {
  readonly micros: number;
  readonly risk: number;
  readonly mode: string;
  readonly fault: string;
}

function draw(settings: readonly RecordedSetting[], isNarrow: boolean): Drawing {
  const points = settings.flatMap(pointsOf);
  const micros = points.map((point) => point.micros);
  const costs = [Math.min(...micros) / 2.5, Math.max(...micros) * 2.5] as const;
  const risks = [NONE_AT / 3, Math.max(1, ...points.map(({ risk }) => risk)) * 3] as const;
  const faults = {
    domain: FAULTS.map((fault) => FAULT_WORDS[fault]),
    label: null,
    padding: 0.08,
    ...(isNarrow ? { axis: null } : {}),
  };
  return {
    height: isNarrow ? 560 : 360,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 34,
    marginBottom: 40,
    x: { type: "log", domain: costs },
    y: { type: "log", domain: risks },
    ...(isNarrow ? { fy: faults } : { fx: faults }),
    marks: [...groundMarks(costs, risks, isNarrow), ...pointMarks(settings, isNarrow)],
  };
}

type Domain = readonly [number, number];

function groundMarks(
  costs: Domain,
  risks: Domain,
  isNarrow: boolean,
): NonNullable<Drawing["marks"]> {
  const counts = powersOfTen([1, risks[1]]);
  const facets = isNarrow ? FAULTS.map((fault) => FAULT_WORDS[fault]) : [];
  return [
    frame({ strokeOpacity: 0.25 }),
    gridX({ ticks: powersOfTen(costs), strokeOpacity: 0.12 }),
    gridY({ ticks: counts, strokeOpacity: 0.12 }),
    axisX({
      ticks: powersOfTen(costs),
      tickFormat: (value: number) => microsText(value),
      label: "median latency of an append",
    }),
    axisY({
      ticks: [NONE_AT, ...counts],
      tickFormat: (value: number) => (value < 1 ? "none" : countText(value)),
      label: "records at risk, at most",
    }),
    ruleY([STRIP_ENDS], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
    ...facets.map((fault) =>
      text([fault], {
        fy: () => fault,
        text: () => fault,
        frameAnchor: "top-right",
        dx: -6,
        dy: 6,
      }),
    ),
  ];
}

function pointMarks(
  settings: readonly RecordedSetting[],
  isNarrow: boolean,
): NonNullable<Drawing["marks"]> {
  const styleOf = seriesStyles(settings.map(({ mode }) => mode));
  const facet = isNarrow ? ({ fy: "fault" } as const) : ({ fx: "fault" } as const);
  const place = { x: "micros", y: "risk", ...facet } as const;
  const named = settings.filter(({ isTypical }) => isTypical).flatMap(pointsOf);
  const words = { ...place, text: "mode", fontWeight: 600 } as const;
  return [
    ...settings.map((setting) => {
      const { colour, symbol } = styleOf(setting.mode);
      const look = setting.isTypical ? { fill: colour, r: 5 } : { fill: "none", r: 3.5 };
      return dot(pointsOf(setting), { ...place, ...look, stroke: colour, symbol });
    }),
    text(
      named.filter((point) => !isCrowded(point, named)),
      { ...words, dy: -11 },
    ),
    text(
      named.filter((point) => isCrowded(point, named)),
      { ...words, dy: 12 },
    ),
  ];
}

/** A name to the left of it, at much the same height, would lie over its own. */
function isCrowded(point: Point, named: readonly Point[]): boolean {
  return named.some(
    (other) =>
      other.fault === point.fault &&
      other.micros < point.micros &&
      point.micros / other.micros < CROWDED &&
      Math.abs(Math.log10(point.risk / other.risk)) < 0.2,
  );
}

function pointsOf({ mode, speed, risk }: RecordedSetting): readonly Point[] {
  return FAULTS.map((fault) => ({
    micros: speed.append.p50Micros,
    risk: risk[fault].records.max === 0 ? NONE_AT : risk[fault].records.max,
    mode,
    fault: FAULT_WORDS[fault],
  }));
}
