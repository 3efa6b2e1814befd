// The spectrum of the modes: what each makes durable, what it costs and what it may lose, in numbers.
import type { MeasuredPlace, MeasuredSetting, Measurement } from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import { bytesText, countText, microsText, syncsText } from "./measured-quantity.ts";
import type { Paint } from "./paint.ts";
import { createTable, tableText } from "./plain-table.ts";
import {
  fitText,
  losingText,
  quantileText,
  type SampleFacts,
  sampleFacts,
} from "./sample-facts.ts";
import {
  latencyParts,
  lostRecords,
  SPECTRUM_HEADS,
  SPECTRUM_LEGEND,
  spectrumRows,
} from "./spectrum-rows.ts";
import { paintVerdict } from "./terminal-table.ts";

const TEXT_LIMIT = 400;
const DRAWN_WORDS: { readonly [D in SampleFacts["drawn"]]: string } = {
  acknowledgement: "after a drawn answer",
  moment: "at a drawn time",
};

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
    ...(quiet || measurement === undefined ? [] : tables(measurement, sampleFacts(result), paint)),
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

function tables(
  measurement: Measurement,
  samples: readonly SampleFacts[],
  paint: Paint,
): readonly string[] {
  const { settings, place } = measurement;
  if (settings.length === 0) return [];
  const typical = settings.filter(({ isTypical }) => isTypical);
  const swept = settings.length > typical.length;
  return [
    ...(typical.length === 0 ? [] : [spectrumTable(measurement, paint)]),
    ...(swept ? [sweepTable(settings, paint)] : []),
    killsTable(samples, paint),
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
function killsTable(samples: readonly SampleFacts[], paint: Paint): string {
  if (samples.length === 0) return "";
  return tableOf({
    title: "Real kills",
    heads: [
      "setting",
      "killed",
      "kills",
      "lost something",
      "median",
      "p99",
      "most",
      "allowed",
      "fit",
    ],
    rows: samples.map((sample) => [
      text(sample.setting),
      DRAWN_WORDS[sample.drawn],
      countText(sample.kills),
      losingText(sample),
      quantileText(sample.median),
      quantileText(sample.p99),
      countText(sample.most),
      sample.allowed === null ? "any" : countText(sample.allowed),
      fitText(sample),
    ]),
    legend: [
      "in brackets: exact bounds with 95 % (?: too few kills for one); median, p99, most: records lost by a kill;",
      "fit: how rarely kills that follow the mode's law lie as far from it; at a drawn time the law is a measured one.",
    ],
    paint,
  });
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
