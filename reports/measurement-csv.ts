// The data of a measurement as tidy CSV files, for R or pandas; docs/measurement-columns.md has the columns. Pure.
import type {
  LatencySummary,
  MeasuredSetting,
  RiskWindowMeasurement,
} from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import { type SampleFacts, sampleFacts } from "./sample-facts.ts";

type Cell = number | string | boolean | null | undefined;
type Column<T> = readonly [name: string, cell: (of: T) => Cell];

interface LatencyBucket {
  readonly setting: MeasuredSetting;
  readonly call: "append" | "batch";
  readonly aboveMicros: number;
  readonly upToMicros: number;
  readonly count: number;
}

interface RiskEntry {
  readonly setting: MeasuredSetting;
  readonly fault: "kill" | "power";
  readonly at: RiskWindowMeasurement["series"][number];
}

interface KillCount {
  readonly setting: MeasuredSetting;
  readonly drawn: string;
  readonly records: number;
  readonly kills: number;
  readonly chance: number | undefined;
}

const TEXT_LIMIT = 400;

const SETTINGS: readonly Column<MeasuredSetting>[] = [
  ["setting", ({ id }) => id],
  ["scenario", ({ scenario }) => scenario],
  ["mode", ({ mode }) => mode],
  ["options_json", ({ options }) => JSON.stringify(options)],
  ["record_bytes", ({ recordBytes }) => recordBytes],
  ["callers", ({ callers }) => callers],
  ["is_typical", ({ isTypical }) => isTypical],
  ["allowed_kill_records", ({ allowedRecords }) => allowedRecords.kill],
  ["allowed_power_records", ({ allowedRecords }) => allowedRecords.power],
  ["appends_per_second", ({ speed }) => speed.appendsPerSecond],
  ["appends", ({ speed }) => speed.appends],
  ["duration_ms", ({ speed }) => speed.durationMs],
  ["syncs", ({ speed }) => speed.syncs],
  ["syncs_per_append", ({ speed }) => speed.syncsPerAppend],
  ...latencyColumns("append", ({ speed }) => speed.append),
  ...latencyColumns("batch", ({ speed }) => speed.batch),
  ...riskColumns("kill"),
  ...riskColumns("power"),
];

const LATENCY: readonly Column<LatencyBucket>[] = [
  ["setting", ({ setting }) => setting.id],
  ["call", ({ call }) => call],
  ["above_us", ({ aboveMicros }) => aboveMicros],
  ["up_to_us", ({ upToMicros }) => upToMicros],
  ["calls", ({ count }) => count],
];

const RISK: readonly Column<RiskEntry>[] = [
  ["setting", ({ setting }) => setting.id],
  ["fault", ({ fault }) => fault],
  ["at_ms", ({ at }) => at.atMillis],
  ["records", ({ at }) => at.records],
  ["bytes", ({ at }) => at.bytes],
  ["oldest_ms", ({ at }) => at.millis],
];

const KILLS: readonly Column<KillCount>[] = [
  ["setting", ({ setting }) => setting.id],
  ["drawn", ({ drawn }) => drawn],
  ["lost_records", ({ records }) => records],
  ["kills", ({ kills }) => kills],
  ["law_chance", ({ chance }) => chance],
];

const SAMPLES: readonly Column<SampleFacts>[] = [
  ["setting", ({ setting }) => setting],
  ["drawn", ({ drawn }) => drawn],
  ["kills", ({ kills }) => kills],
  ["losing_kills", ({ losing }) => losing],
  ["losing_share_low95", ({ losingShare }) => losingShare.low],
  ["losing_share_high95", ({ losingShare }) => losingShare.high],
  ["p50_records", ({ median }) => median.estimate],
  ["p50_records_low95", ({ median }) => median.low],
  ["p50_records_high95", ({ median }) => median.high],
  ["p99_records", ({ p99 }) => p99.estimate],
  ["p99_records_low95", ({ p99 }) => p99.low],
  ["p99_records_high95", ({ p99 }) => p99.high],
  ["max_records", ({ most }) => most],
  ["fit_method", ({ fit }) => fit?.method],
  ["fit_statistic", ({ fit }) => fit?.statistic],
  ["fit_degrees_of_freedom", ({ fit }) => fit?.degreesOfFreedom],
  ["fit_p_value", ({ fit }) => fit?.pValue],
];

/** The header of each file, by the file's name. */
export const measurementColumns: { readonly [file: string]: readonly string[] } = {
  "settings.csv": SETTINGS.map(([name]) => name),
  "latency.csv": LATENCY.map(([name]) => name),
  "risk.csv": RISK.map(([name]) => name),
  "kills.csv": KILLS.map(([name]) => name),
  "samples.csv": SAMPLES.map(([name]) => name),
};

/** The files by their names; only headers where nothing was measured. A missing value is an empty cell. */
export function measurementFiles(result: CampaignResult): { readonly [name: string]: string } {
  const settings = result.measurement?.settings ?? [];
  return {
    "settings.csv": csv(SETTINGS, settings),
    "latency.csv": csv(LATENCY, settings.flatMap(latencyBuckets)),
    "risk.csv": csv(RISK, settings.flatMap(riskEntries)),
    "kills.csv": csv(KILLS, settings.flatMap(killCounts)),
    "samples.csv": csv(SAMPLES, sampleFacts(result)),
  };
}

function latencyColumns(
  call: string,
  of: (setting: MeasuredSetting) => LatencySummary | null,
): readonly Column<MeasuredSetting>[] {
  return [
    [`${call}_calls`, (setting) => of(setting)?.count],
    [`${call}_p50_us`, (setting) => of(setting)?.p50Micros],
    [`${call}_p99_us`, (setting) => of(setting)?.p99Micros],
    [`${call}_p999_us`, (setting) => of(setting)?.p999Micros],
    [`${call}_max_us`, (setting) => of(setting)?.maxMicros],
    [`${call}_mean_us`, (setting) => of(setting)?.meanMicros],
  ];
}

function riskColumns(fault: "kill" | "power"): readonly Column<MeasuredSetting>[] {
  const quantiles = ["p50", "p90", "p99", "max"] as const;
  const of = ({ risk }: MeasuredSetting): RiskWindowMeasurement | undefined => risk?.[fault];
  return [
    [`${fault}_grounds`, (setting) => of(setting)?.grounds],
    ...quantiles.flatMap((quantile): Column<MeasuredSetting>[] => [
      [`${fault}_${quantile}_records`, (setting) => of(setting)?.records[quantile]],
      [`${fault}_${quantile}_bytes`, (setting) => of(setting)?.bytes[quantile]],
      [`${fault}_${quantile}_ms`, (setting) => of(setting)?.millis[quantile]],
    ]),
  ];
}

function latencyBuckets(setting: MeasuredSetting): readonly LatencyBucket[] {
  return (["append", "batch"] as const).flatMap((call) => {
    const buckets = setting.speed[call]?.buckets ?? [];
    return buckets.map(({ upToMicros, count }, index) => {
      const aboveMicros = buckets[index - 1]?.upToMicros ?? 0;
      return { setting, call, aboveMicros, upToMicros, count };
    });
  });
}

function riskEntries(setting: MeasuredSetting): readonly RiskEntry[] {
  return (["kill", "power"] as const).flatMap((fault) =>
    (setting.risk?.[fault].series ?? []).map((at) => ({ setting, fault, at })),
  );
}

/** Losses that the law names and no kill had are there too, with none. */
function killCounts(setting: MeasuredSetting): readonly KillCount[] {
  return setting.sampled.flatMap(({ drawn, counts, law }) => {
    const told = new Set([...(law ?? []).keys(), ...counts.map(({ records }) => records)]);
    return [...told]
      .sort((one, other) => one - other)
      .map((records) => {
        const kills = counts.find((count) => count.records === records)?.kills ?? 0;
        return { setting, drawn, records, kills, chance: law?.[records] };
      });
  });
}

function csv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const lines = rows.map((row) => columns.map(([, cell]) => cellText(cell(row))).join(","));
  return [columns.map(([name]) => name).join(","), ...lines, ""].join("\n");
}

/** RFC 4180: text with a comma or a quote stands in quotes; what would steer a terminal is escaped before. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const text = escapeText(cell, TEXT_LIMIT);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
