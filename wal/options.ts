// The log's options: their defaults, their limits, and the refusal of what makes no sense.
import type { Storage } from "./storage.ts";
import { WalError } from "./wal-error.ts";

/** When an append is acknowledged; see the README for what each mode may lose. */
export type SyncMode = "sync" | "batch" | "none" | "flush";

const SYNC_MODES: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

export interface WalOptions {
  /** Default `sync`. */
  readonly mode?: SyncMode;
  /** Mode `batch` only: every so many single appends the log syncs. 1 ... 1,000,000; default 100. */
  readonly batchSyncCount?: number;
  /** A segment is closed before it grows over this. 128 bytes ... 1 GiB; default 16 MiB. */
  readonly segmentBytes?: number;
  /** The process buffer. 64 bytes ... 1 GiB; default 64 KiB. */
  readonly bufferBytes?: number;
  /** The largest payload of one record. 0 ... 1 GiB; default 16 MiB. */
  readonly recordBytesMax?: number;
  /** Fill new segments with zeros first: a sync into one needs no change of metadata. Default false. */
  readonly preallocate?: boolean;
}

/** What the log uses of the machine; the defaults are node:fs and the system's clock. */
export interface WalPorts {
  readonly storage?: Storage;
  /** Milliseconds since 1970; read once, when a log is made, to tell it from other logs. */
  readonly clock?: { wallMs(): number };
}

export interface ResolvedOptions {
  readonly mode: SyncMode;
  readonly batchSyncCount: number;
  readonly segmentBytes: number;
  readonly bufferBytes: number;
  readonly recordBytesMax: number;
  readonly preallocate: boolean;
}

const GIBIBYTE = 2 ** 30;

const DEFAULTS: ResolvedOptions = {
  mode: "sync",
  batchSyncCount: 100,
  segmentBytes: 16 * 2 ** 20,
  bufferBytes: 64 * 2 ** 10,
  recordBytesMax: 16 * 2 ** 20,
  preallocate: false,
};

interface Range {
  readonly name: "batchSyncCount" | "segmentBytes" | "bufferBytes" | "recordBytesMax";
  readonly least: number;
  readonly most: number;
}

const RANGES: readonly Range[] = [
  { name: "batchSyncCount", least: 1, most: 1_000_000 },
  { name: "segmentBytes", least: 128, most: GIBIBYTE },
  { name: "bufferBytes", least: 64, most: GIBIBYTE },
  { name: "recordBytesMax", least: 0, most: GIBIBYTE },
];

/**
 * The options with their defaults filled in.
 * @throws WalError `bad-option`, naming the option, what was found and what is expected.
 */
export function resolveOptions(given: WalOptions): ResolvedOptions {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw refused(name, `is not an option; known are ${Object.keys(DEFAULTS).join(", ")}`);
    }
  }
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  const options = { ...DEFAULTS, ...Object.fromEntries(defined) };
  if (!SYNC_MODES.includes(options.mode)) {
    throw refused("mode", `must be one of ${SYNC_MODES.join(", ")}, not ${shown(options.mode)}`);
  }
  for (const range of RANGES) {
    checkRange(options[range.name], range);
  }
  if (typeof options.preallocate !== "boolean") {
    throw refused("preallocate", `must be true or false, not ${shown(options.preallocate)}`);
  }
  if (given.batchSyncCount !== undefined && options.mode !== "batch") {
    throw refused("batchSyncCount", `has no meaning in mode ${options.mode}; leave it out`);
  }
  return options;
}

function checkRange(value: unknown, range: Range): void {
  const { name, least, most } = range;
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    throw refused(name, `must be a whole number from ${least} to ${most}, not ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function refused(name: string, sentence: string): WalError {
  return new WalError("bad-option", `Option ${name} ${sentence}.`);
}
