// The spectrum of the modes as rows: what each makes durable, what it costs, what a crash takes. Pure.
import type {
  LatencySummary,
  MeasuredSetting,
  Measurement,
  RiskWindowMeasurement,
} from "../harness/measurement.ts";
import { escapeText } from "./escape-text.ts";
import { bytesText, countText, microsText, syncsText } from "./measured-quantity.ts";

const NAME_LIMIT = 80;

export const SPECTRUM_HEADS = [
  "setting",
  "after an append",
  "after a batch",
  "latency of an append",
  "of a batch of 10",
  "appends/s",
  "fsyncs each",
  "lost: killed",
  "lost: power cut",
] as const;

export const SPECTRUM_LEGEND = [
  "latency: p50, p99 / p99.9, max; lost: the most at any moment of the recorded stretch, of what was acknowledged,",
  "in records / bytes, age of the oldest. Fewer fsyncs than any mode asks for are those of rotations.",
] as const;

/** A text for each head, in parts that a narrow table puts below each other. */
export type SpectrumRow = readonly (readonly string[])[];

/** A row for the typical setting of each mode; all settings where none is typical. */
export function spectrumRows({ settings }: Measurement): readonly SpectrumRow[] {
  const typical = settings.filter(({ isTypical }) => isTypical);
  return (typical.length === 0 ? settings : typical).map(row);
}

function row(setting: MeasuredSetting): SpectrumRow {
  const { append, batch, appendsPerSecond, syncsPerAppend } = setting.speed;
  return [
    [escapeText(setting.id, NAME_LIMIT)],
    [appendDurability(setting)],
    [batchDurability(setting)],
    latencyParts(append),
    batch === null ? ["-"] : latencyParts(batch),
    [countText(appendsPerSecond)],
    [syncsText(syncsPerAppend)],
    risk(setting, "kill"),
    risk(setting, "power"),
  ];
}

function appendDurability({ allowedRecords: { kill, power } }: MeasuredSetting): string {
  if (kill === 0 && power === 0) return "durable";
  if (kill === 0) return power === null ? "in the kernel" : `all but ${countText(power)}`;
  return power === null ? "in the process" : `all but ${countText(power)}`;
}

function batchDurability({ batchIsBarrier, allowedRecords }: MeasuredSetting): string {
  if (batchIsBarrier === null) return "-";
  return batchIsBarrier || allowedRecords.power === 0 ? "durable" : "as an append";
}

/** Two parts: p50 and p99, then p99.9 and the greatest. */
export function latencyParts({
  p50Micros,
  p99Micros,
  p999Micros,
  maxMicros,
}: LatencySummary): string[] {
  return [
    `${microsText(p50Micros)}, ${microsText(p99Micros)}`,
    `${microsText(p999Micros)}, ${microsText(maxMicros)}`,
  ];
}

function risk(setting: MeasuredSetting, fault: "kill" | "power"): string[] {
  const window = setting.risk?.[fault];
  const records = lostRecords(setting, fault);
  if (window === undefined || window.records.max === 0) return [records];
  return [records, `${bytesText(window.bytes.max)}, ${microsText(window.millis.max * 1000)}`];
}

/** What is exact is a number; what is not says that it is the least, but where all that there was would be lost. */
export function lostRecords(setting: MeasuredSetting, fault: "kill" | "power"): string {
  const window: RiskWindowMeasurement | undefined = setting.risk?.[fault];
  if (window === undefined) return "-";
  const { max } = window.records;
  const isAll = setting.allowedRecords[fault] === null && max === window.appends;
  if (isAll) return `all ${countText(max)}`;
  return window.grounds === "exact" ? countText(max) : `at least ${countText(max)}`;
}
