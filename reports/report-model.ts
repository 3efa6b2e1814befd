// The one value that every report is a rendering of: what a result says, put as a reader is to see it.
import type { CampaignResult, NotRun } from "../harness/result.ts";
import type { Verdict } from "../harness/trial-record.ts";
import { escapeText } from "./escape-text.ts";
import { type ReportRow, reportRow, sentence } from "./report-row.ts";

const LEGEND =
  "at risk, lost: most acknowledged records at one crash; violations: trials (exact 95 % upper bound)";
const LEGEND_STATES =
  "crashes of a power cut: different disks that were recovered/verdicts on them at their crash points";
const LEGEND_CORRUPTIONS =
  "crashes of corrupt: changes to stores at rest; lost silently: within the stated limit of detection";
const FACT_LIMIT = 200;

/**
 * Every text beside `result` is on one line, cut to a length, and harmless on a terminal; a renderer adds the
 * escapes of its own format.
 */
export interface ReportModel {
  /** As it was saved. Texts in it are as a subject wrote them. */
  readonly result: CampaignResult;
  readonly verdict: Verdict;
  /** `after 45.0 s`, or `interrupted, after 3.2 s`. */
  readonly ending: string;
  /** The command that repeats the campaign. */
  readonly command: string;
  readonly rows: readonly ReportRow[];
  /** What the table's columns mean; empty without rows. */
  readonly legend: readonly string[];
  readonly notRun: readonly ToldNotRun[];
  readonly notes: readonly string[];
  /** What it ran with and on, by name. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** A fault that could not run. */
export interface ToldNotRun {
  /** `power for wal/sync`. */
  readonly fault: string;
  /** The reason, with the command that mends it. */
  readonly why: string;
}

/** Any result has a model: nothing in it is computed that could fail. */
export function reportModel(result: CampaignResult): ReportModel {
  return {
    result,
    verdict: result.verdict,
    ending: endingText(result),
    command: sentence(result.command),
    rows: result.scenarios.map(reportRow),
    legend: legend(result),
    notRun: result.notRun.map(tellNotRun),
    notes: result.notes.map(sentence),
    facts: facts(result),
  };
}

/** Rows that a reader has to look at. */
export function failingRows({ rows }: ReportModel): readonly ReportRow[] {
  return rows.filter(({ verdict }) => verdict !== "held");
}

function endingText({ interrupted, complete, durationMs }: CampaignResult): string {
  const state = interrupted ? "interrupted, " : complete ? "" : "not complete, ";
  return `${state}after ${(durationMs / 1000).toFixed(1)} s`;
}

function legend({ scenarios }: CampaignResult): readonly string[] {
  const built = scenarios.some(({ states }) => states !== null);
  const damaged = scenarios.some(({ corruptions }) => corruptions !== null);
  return [
    ...(scenarios.length > 0 ? [LEGEND] : []),
    ...(built ? [LEGEND_STATES] : []),
    ...(damaged ? [LEGEND_CORRUPTIONS] : []),
  ];
}

function tellNotRun({ fault, reason, command }: NotRun): ToldNotRun {
  const mend = command === undefined ? "" : `; to mend it: ${sentence(command)}`;
  return { fault: sentence(fault), why: `${sentence(reason)}${mend}` };
}

function facts({ ackproof, seed, startedAt, machine }: CampaignResult): ReportModel["facts"] {
  const { platform, release, arch, cpus, node, containment } = machine;
  const named = {
    ackproof,
    seed: String(seed),
    started: startedAt,
    node,
    machine: `${platform} ${release} ${arch}, ${cpus} cores`,
    containment,
  };
  return Object.entries(named).map(([name, value]) => ({
    name,
    value: escapeText(value, FACT_LIMIT),
  }));
}
