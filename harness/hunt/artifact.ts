// The artifact of a violation: all that is needed to recover the same disk and judge it again.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { formatTraceFile, parseTraceFile } from "../disk/trace-file.ts";
import { historyEvent } from "../history/event-schema.ts";
import type { History } from "../history/history.ts";
import { ArtifactError } from "./artifact-error.ts";
import { type ArtifactTrial, artifactTrial } from "./artifact-schema.ts";
import { ARTIFACT_LIMIT_BYTES, copyFiles, measureFiles } from "./stored-files.ts";

/** Most of the store's own output that is kept, in UTF-16 units. */
const STDERR_LIMIT = 256 * 1024;

/** The recording of an artifact. */
const TRACE_NAME = "trace.bin";

/** An artifact that was read: nothing in it has been run or copied yet. */
export interface Artifact {
  readonly path: string;
  /** The store as it was before the first recovery. */
  readonly store: string;
  readonly trial: ArtifactTrial;
  readonly history: History;
  /** What was recorded, where the fault records. */
  readonly trace?: DiskTrace;
}

/** What goes into an artifact. */
export interface ArtifactContent {
  readonly trial: Omit<ArtifactTrial, "leftOut" | "schemaVersion">;
  readonly history: History;
  /** The copied store's directory, or why there is no copy. */
  readonly store: string | { readonly missing: string };
  /** The recording that the store's disk is built from. */
  readonly trace?: DiskTrace;
  readonly stderr: string;
}

/**
 * Writes an artifact of at most 16 MiB into a new directory and tells whether it can be replayed:
 * a history or a store that does not fit is left out, and trial.json says so.
 */
export function writeArtifact(path: string, content: ArtifactContent): boolean {
  mkdirSync(path, { recursive: true });
  const history = content.history.events.map((event) => `${JSON.stringify(event)}\n`).join("");
  const stderr = content.stderr.slice(0, STDERR_LIMIT);
  const leftOut: string[] = [];
  let bytes = Buffer.byteLength(stderr) + Buffer.byteLength(JSON.stringify(content.trial));
  const fits = (more: number, name: string): boolean => {
    const within = bytes + more <= ARTIFACT_LIMIT_BYTES;
    if (within) bytes += more;
    else leftOut.push(`${name}: ${more} bytes do not fit`);
    return within;
  };
  if (fits(Buffer.byteLength(history), "history.ndjson")) {
    writeFileSync(join(path, "history.ndjson"), history);
  }
  const trace = content.trace === undefined ? undefined : formatTraceFile(content.trace);
  if (trace !== undefined && fits(Buffer.byteLength(trace), TRACE_NAME)) {
    writeFileSync(join(path, TRACE_NAME), trace);
  }
  if (typeof content.store !== "string") leftOut.push(`store: ${content.store.missing}`);
  else {
    const size = storeSize(content.store);
    if (typeof size === "string") leftOut.push(`store: ${size}`);
    else if (fits(size, "store")) copyFiles(content.store, join(path, "store"));
  }
  writeFileSync(join(path, "stderr.txt"), stderr);
  const trial: ArtifactTrial = { schemaVersion: 1, ...content.trial, leftOut };
  writeFileSync(join(path, "trial.json"), `${JSON.stringify(trial, null, 2)}\n`);
  return leftOut.length === 0;
}

/** The store's bytes, or why it is not kept: the subject may leave sockets or too many files. */
function storeSize(store: string): number | string {
  try {
    return measureFiles(store);
  } catch (error) {
    if (error instanceof ArtifactError) return error.message;
    throw error;
  }
}

/**
 * Reads an artifact's folder and checks every value in it.
 * @throws ArtifactError where it is not there, is altered, or cannot be replayed.
 */
export function readArtifact(path: string): Artifact {
  const content = parseLine(readText(path, "trial.json"), "trial.json");
  checkVersion(content);
  const trial = check(artifactTrial, content, "trial.json");
  if (trial.leftOut.length > 0) {
    throw new ArtifactError("no-store", `${path} cannot be replayed: ${trial.leftOut.join("; ")}.`);
  }
  const lines = readText(path, "history.ndjson").split("\n").slice(0, -1);
  const events = lines.map((line, index) => {
    const place = `history.ndjson, line ${index + 1}`;
    return check(historyEvent, parseLine(line, place), place);
  });
  const store = join(path, "store");
  if (!existsSync(store)) throw new ArtifactError("no-store", `${path} has no folder "store".`);
  const history = { workload: trial.workload, events };
  if (trial.record.power === undefined) return { path, store, trial, history };
  return { path, store, trial, history, trace: readTrace(path) };
}

function readTrace(path: string): DiskTrace {
  try {
    return parseTraceFile(readText(path, TRACE_NAME));
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    throw new ArtifactError("corrupt", `${TRACE_NAME}: ${cause.message}`, { cause });
  }
}

function readText(path: string, name: string): string {
  const file = join(path, name);
  const kind = statSync(file, { throwIfNoEntry: false });
  if (kind === undefined) {
    throw new ArtifactError("missing", `${path} is no artifact: it has no ${name}.`);
  }
  if (!kind.isFile() || kind.size > 2 * ARTIFACT_LIMIT_BYTES) {
    throw new ArtifactError("corrupt", `${file} is not a file of an artifact's size.`);
  }
  return readFileSync(file, "utf8");
}

function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArtifactError("corrupt", `${place} is not JSON.`, { cause });
  }
}

function checkVersion(content: unknown): void {
  const holds = typeof content === "object" && content !== null && "schemaVersion" in content;
  if (!holds || content.schemaVersion === 1) return;
  throw new ArtifactError(
    "unknown-version",
    `trial.json: found schemaVersion ${JSON.stringify(content.schemaVersion)}, expected 1.`,
  );
}

function check<T>(schema: z.ZodType<T>, content: unknown, place: string): T {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "" : `, ${issue.path.join(".")}`;
  throw new ArtifactError("corrupt", `${place}${field}: ${issue?.message ?? "not as expected"}.`);
}
