// The directory that a campaign writes: replaced only where it is recognised as an earlier one's.
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { CampaignResult } from "../result.ts";
import type { TrialRecord } from "../trial-record.ts";
import { CampaignError } from "./campaign-error.ts";
import { safeJson } from "./safe-json.ts";

const MARKER = ".ackproof-report";
const MARKER_TEXT = "This directory is written by ackproof. The next run replaces what is in it.\n";
/** What is rendered of a result. */
const RENDERED_NAMES = ["index.html", "junit.xml", "summary.md"] as const;
/** The folder of a measurement's data. */
const DATA_FOLDER = "measurement";
/** What a run writes beside the marker; a later run removes these and nothing else. */
const OWN_NAMES = ["trials.ndjson", "result.json", "violations", DATA_FOLDER, ...RENDERED_NAMES];

/** A rendering of a result, for people or for other programs. */
export interface ReportFile {
  /** From the report's directory. */
  readonly name: (typeof RENDERED_NAMES)[number] | `${typeof DATA_FOLDER}/${string}`;
  readonly text: string;
}

/** An open report directory; all paths lie inside it. */
export interface ReportDirectory {
  readonly path: string;
  /** Where the artifacts of violations go; made when the first one is written. */
  readonly violations: string;
  /** Appends one line to trials.ndjson. */
  addTrial(record: TrialRecord): void;
  /** Replaces result.json as a whole: a reader sees the old one or the new one. */
  saveResult(result: CampaignResult): void;
  /** Replaces each as a whole. */
  saveFiles(files: readonly ReportFile[]): void;
}

/**
 * Makes the directory, or takes over the one that an earlier campaign left there.
 * @throws CampaignError `not-ours` where the path holds anything else.
 */
export function openReportDirectory(path: string): ReportDirectory {
  claim(path);
  const trials = join(path, "trials.ndjson");
  writeFileSync(trials, "");
  return {
    path,
    violations: join(path, "violations"),
    addTrial: (record) => {
      appendFileSync(trials, `${safeJson(record)}\n`);
    },
    saveResult: (result) => {
      replaceFile(join(path, "result.json"), `${safeJson(result, 2)}\n`);
    },
    saveFiles: (files) => {
      saveAll(path, files);
    },
  };
}

/**
 * Writes renderings beside a saved result, or to any directory, which is made where it is missing. Files that a
 * campaign did not write there are kept.
 * @throws CampaignError `not-ours` where one of them is in the way, `cannot-write`
 */
export function writeReportFiles(path: string, files: readonly ReportFile[]): void {
  try {
    mkdirSync(path, { recursive: true });
    if (readdirSync(path).length === 0) mark(path);
    const theirs = isMarked(path) ? undefined : files.find((file) => isOther(path, file));
    if (theirs !== undefined) throw inTheWay(join(path, theirs.name));
    saveAll(path, files);
  } catch (cause) {
    if (cause instanceof CampaignError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CampaignError(
      "cannot-write",
      `${path} cannot be written (${reason}): choose another directory with --out.`,
      { cause },
    );
  }
}

function inTheWay(path: string): CampaignError {
  return new CampaignError(
    "not-ours",
    `${path} is there already, with other content, in a directory that ackproof did not make: choose another with --out, or move the file away.`,
  );
}

/** True where something else has the file's name. */
function isOther(path: string, { name, text }: ReportFile): boolean {
  const kind = lstatSync(join(path, name), { throwIfNoEntry: false });
  if (kind === undefined) return false;
  return !kind.isFile() || readFileSync(join(path, name), "utf8") !== text;
}

function claim(path: string): void {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (kind === undefined) {
    mkdirSync(path, { recursive: true });
  } else if (!kind.isDirectory()) {
    throw new CampaignError("not-ours", `${path} is there and is not a directory.`);
  } else if (readdirSync(path).length > 0 && !isMarked(path)) {
    throw new CampaignError(
      "not-ours",
      `${path} holds files and is not a report of ackproof: choose another directory with --out, or empty it.`,
    );
  }
  for (const name of OWN_NAMES) rmSync(join(path, name), { recursive: true, force: true });
  mark(path);
}

function mark(path: string): void {
  writeFileSync(join(path, MARKER), MARKER_TEXT);
}

function isMarked(path: string): boolean {
  const marker = join(path, MARKER);
  const kind = lstatSync(marker, { throwIfNoEntry: false });
  return kind?.isFile() === true && readFileSync(marker, "utf8") === MARKER_TEXT;
}

function saveAll(directory: string, files: readonly ReportFile[]): void {
  for (const { name, text } of files) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, text);
  }
}

function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}
