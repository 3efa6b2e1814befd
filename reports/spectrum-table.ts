// The spectrum of the modes: what each makes durable, what it costs and what it may lose, in numbers.
import type { MeasuredPlace, MeasuredSetting, Measurement } from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import { bytesText, countText, microsText, syncsText } from "./measured-quantity.ts";
import type { Paint } from "./paint.ts";
import { createTable, tableText } from "./plain-table.ts";
import {
  latencyParts,
  lostRecords,
  SPECTRUM_HEADS,
  SPECTRUM_LEGEND,
  spectrumRows,
} from "./spectrum-rows.ts";
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

function tables(measurement: Measurement, paint: Paint): readonly string[] {
  const { settings, place } = measurement;
  if (settings.length === 0) return [];
  const typical = settings.filter(({ isTypical }) => isTypical);
  const swept = settings.length > typical.length;
  return [
    ...(typical.length === 0 ? [] : [spectrumTable(measurement, paint)]),
    ...(swept ? [sweepTable(settings, paint)] : []),
    killsTable(settings, paint),
    paint.faint(placeText(place)),
  ];
}

/** One row a mode: what is durable when an append has returned, what it costs, what a crash takes. */
function spectrumTable(measurement: Measurement, paint: Paint): string {
  return tableOf({
    title: "The spectrum of the modes",
    heads: SPECTRUM_HEADS,
    rows: spectrumRows(measurement).map(([[name = ""] = [], ...cells]) => [
      name.replace(" ", "\n"),
      ...cells.map((parts) => parts.join("\n")),
    ]),
    legend: SPECTRUM_LEGEND,
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

function placeText(place: MeasuredPlace): string {
  const { syncLatency, copies } = place;
  const memory = bytesText(place.memoryBytes);
  const copied = copies.map(
    ({ recordBytes, medianNanos }) => `${bytesText(recordBytes)} ${countText(medianNanos)} ns`,
  );
  return [
    `measured on ${text(place.cpuModel)}, ${memory}, ${text(place.fileSystem)} (${text(place.mountOptions)}); load ${place.loadBefore} before, ${place.loadAfter} after`,
    `beside them: write and fdatasync of 100 B ${latencyParts(syncLatency).join(", ")} (${countText(syncLatency.count)} of them); a copy in memory of ${copied.join(", ")}; reading the clock ${countText(place.clockNanos)} ns`,
  ].join("\n");
}

function text(of: string): string {
  return escapeText(of, TEXT_LIMIT);
}
