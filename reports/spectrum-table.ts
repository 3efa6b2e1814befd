// The spectrum of the modes: what each makes durable, what it costs and what it may lose, in numbers.
import type {
  LatencySummary,
  MeasuredPlace,
  MeasuredSetting,
  Measurement,
  RiskWindowMeasurement,
} from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import { bytesText, countText, microsText, syncsText } from "./measured-quantity.ts";
import type { Paint } from "./paint.ts";
import { createTable, tableText } from "./plain-table.ts";
import { paintVerdict } from "./terminal-table.ts";

const TEXT_LIMIT = 400;

export interface MeasurementOptions {
  readonly paint: Paint;
  /** Where the report lies, as a path to print. */
  readonly out: string;
  /** True to leave out the tables. */
  readonly quiet: boolean;
}

/** All that `ackproof measure` prints at its end; it ends with a line break. */
export function renderMeasurement(result: CampaignResult, options: MeasurementOptions): string {
  const { paint, quiet, out } = options;
  const { measurement } = result;
  const state = result.interrupted ? ", interrupted" : result.complete ? "" : ", not complete";
  const blocks = [
    ...(quiet || measurement === undefined ? [] : tables(measurement, paint)),
    result.notRun.map(({ fault, reason }) => `not run: ${text(fault)}: ${text(reason)}`).join("\n"),
    quiet ? "" : result.notes.map((note) => `note: ${text(note)}`).join("\n"),
    [
      `verdict: ${paintVerdict(result.verdict, paint)}${state}, after ${(result.durationMs / 1000).toFixed(1)} s`,
      `report:  ${text(out)} (data in measurement/*.csv and result.json)`,
      `repeat:  ${text(result.command)}`,
    ].join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function tables({ settings, place }: Measurement, paint: Paint): readonly string[] {
  if (settings.length === 0) return [];
  const typical = settings.filter(({ isTypical }) => isTypical);
  const swept = settings.length > typical.length;
  return [
    ...(typical.length === 0 ? [] : [spectrumTable(typical, paint)]),
    ...(swept ? [sweepTable(settings, paint)] : []),
    killsTable(settings, paint),
    paint.faint(placeText(place)),
  ];
}

/** One row a mode: what is durable when an append has returned, what it costs, what a crash takes. */
function spectrumTable(settings: readonly MeasuredSetting[], paint: Paint): string {
  return tableOf({
    title: "The spectrum of the modes",
    heads: [
      "mode",
      "after an append",
      "after a batch",
      "latency of an append",
      "of a batch of 10",
      "appends/s",
      "fsyncs each",
      "lost: killed",
      "lost: power cut",
    ],
    rows: settings.map((setting) => [
      text(setting.id).replace(" ", "\n"),
      appendDurability(setting),
      batchDurability(setting),
      latencyCell(setting.speed.append),
      setting.speed.batch === null ? "-" : latencyCell(setting.speed.batch),
      countText(setting.speed.appendsPerSecond),
      syncsText(setting.speed.syncsPerAppend),
      riskCell(setting, "kill"),
      riskCell(setting, "power"),
    ]),
    legend: [
      "latency: p50, p99 / p99.9, max; lost: the most of any moment of the recorded stretch, of what was acknowledged;",
      "ms: age of the oldest record that would be lost. Fewer fsyncs than any mode asks for are those of rotations.",
    ],
    paint,
  });
}

/** One row a setting. */
function sweepTable(settings: readonly MeasuredSetting[], paint: Paint): string {
  return tableOf({
    title: "All settings",
    heads: [
      "setting",
      "appends/s",
      "fsyncs each",
      "p50",
      "p99",
      "p99.9",
      "max",
      "lost: killed",
      "lost: power cut",
      "oldest",
    ],
    rows: settings.map((setting) => {
      const { append, appendsPerSecond, syncsPerAppend } = setting.speed;
      return [
        text(setting.id),
        countText(appendsPerSecond),
        syncsText(syncsPerAppend),
        microsText(append.p50Micros),
        microsText(append.p99Micros),
        microsText(append.p999Micros),
        microsText(append.maxMicros),
        lostRecords(setting, "kill"),
        lostRecords(setting, "power"),
        setting.risk === null ? "-" : microsText(setting.risk.power.millis.max * 1000),
      ];
    }),
    legend: ["lost: records; oldest: age of the oldest record that a power cut would take"],
    paint,
  });
}

/** Real kills, where there were any. */
function killsTable(settings: readonly MeasuredSetting[], paint: Paint): string {
  const rows = settings.flatMap((setting) =>
    setting.sampled.map(({ drawn, kills, counts }) => [
      text(setting.id),
      drawn === "moment" ? "at a drawn time" : "after a drawn answer",
      countText(kills),
      countText(counts.at(-1)?.records ?? 0),
      setting.allowedRecords.kill === null ? "any" : countText(setting.allowedRecords.kill),
      lostNothing(counts),
    ]),
  );
  if (rows.length === 0) return "";
  const heads = ["setting", "killed", "kills", "most lost", "allowed", "lost nothing"];
  return tableOf({ title: "Real kills", heads, rows, legend: [], paint });
}

function lostNothing(counts: MeasuredSetting["sampled"][number]["counts"]): string {
  return countText(counts.find(({ records }) => records === 0)?.kills ?? 0);
}

interface TableParts {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly legend: readonly string[];
  readonly paint: Paint;
}

/** Columns of words are left-aligned, those of numbers right. */
function tableOf({ title, heads, rows, legend, paint }: TableParts): string {
  const isWords = (column: number): boolean =>
    rows.some((row) => /^[a-z]/i.test(row[column] ?? "") || (row[column] ?? "").includes("\n"));
  const numeric = new Set(heads.filter((_, column) => !isWords(column)));
  const table = createTable(heads, numeric, paint);
  table.push(...rows.map((row) => [...row]));
  return [paint.strong(title), tableText(table), ...legend.map((line) => paint.faint(line))].join(
    "\n",
  );
}

function appendDurability({ allowedRecords: { kill, power } }: MeasuredSetting): string {
  if (kill === 0 && power === 0) return "durable";
  if (kill === 0) return power === null ? "in the kernel" : `all but ${countText(power)}`;
  if (power === null) return "in the process";
  return `all but ${countText(power)}`;
}

function batchDurability({ batchIsBarrier, allowedRecords }: MeasuredSetting): string {
  if (batchIsBarrier === null) return "-";
  return batchIsBarrier || allowedRecords.power === 0 ? "durable" : "as an append";
}

function latencyCell({ p50Micros, p99Micros, p999Micros, maxMicros }: LatencySummary): string {
  const [p50, p99, p999, max] = [p50Micros, p99Micros, p999Micros, maxMicros].map(microsText);
  return `${p50}, ${p99}\n${p999}, ${max}`;
}

function riskCell(setting: MeasuredSetting, fault: "kill" | "power"): string {
  const window = setting.risk?.[fault];
  if (window === undefined) return "-";
  const records = lostRecords(setting, fault);
  if (window.records.max === 0) return records;
  return `${records}\n${bytesText(window.bytes.max)}, ${microsText(window.millis.max * 1000)}`;
}

/** What is exact is a number; what is not says that it is the least, but where all that there was would be lost. */
function lostRecords({ risk, allowedRecords }: MeasuredSetting, fault: "kill" | "power"): string {
  const window: RiskWindowMeasurement | undefined = risk?.[fault];
  if (window === undefined) return "-";
  const { max } = window.records;
  const isAll = allowedRecords[fault] === null && max === window.appends;
  if (isAll) return `all ${countText(max)}`;
  return window.grounds === "exact" ? countText(max) : `at least ${countText(max)}`;
}

function placeText(place: MeasuredPlace): string {
  const { syncLatency, copies } = place;
  const memory = bytesText(place.memoryBytes);
  const copied = copies.map(
    ({ recordBytes, medianNanos }) => `${bytesText(recordBytes)} ${countText(medianNanos)} ns`,
  );
  return [
    `measured on ${text(place.cpuModel)}, ${memory}, ${text(place.fileSystem)} (${text(place.mountOptions)}); load ${place.loadBefore} before, ${place.loadAfter} after`,
    `beside them: write and fdatasync of 100 B ${latencyCell(syncLatency).replace("\n", ", ")} (${countText(syncLatency.count)} of them); a copy in memory of ${copied.join(", ")}; reading the clock ${countText(place.clockNanos)} ns`,
  ].join("\n");
}

function text(of: string): string {
  return escapeText(of, TEXT_LIMIT);
}
