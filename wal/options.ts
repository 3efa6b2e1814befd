// The log's options: their defaults, their limits, and the refusal of what makes no sense.
import { checkOptionRange, type OptionRange, refusedOption, shownOption } from "./option-range.ts";
import type { Storage } from "./storage.ts";
import type { WalError } from "./wal-error.ts";

/** When an append of a synchronous log is acknowledged; see the README for what each mode may lose. */
export type SyncMode = "sync" | "batch" | "none" | "flush";

const SYNC_MODES: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

/** What has a meaning in every mode. */
interface FileOptions {
  /** A segment is closed before it grows over this. 128 bytes ... 1 GiB; default 16 MiB. */
  readonly segmentBytes?: number;
  /** The process buffer. 64 bytes ... 1 GiB; default 64 KiB. */
  readonly bufferBytes?: number;
  /** The largest payload of one record. 0 ... 1 GiB; default 16 MiB. */
  readonly recordBytesMax?: number;
  /** Fill new segments with zeros first: a sync into one needs no change of metadata. Default false. */
  readonly preallocate?: boolean;
}

/** Options of a log whose calls return when they are done. */
export interface WalOptions extends FileOptions {
  /** Default `sync`. */
  readonly mode?: SyncMode;
  /** Mode `batch` only: every so many single appends the log syncs. 1 ... 1,000,000; default 100. */
  readonly batchSyncCount?: number;
}

/**
 * Options of a log with group commit: its calls return promises, and one sync serves all callers
 * that wait. It waits for nobody by default; the delays make a group larger, and each caller slower.
 * Of the two kinds, PostgreSQL's (`commit...`) and MySQL's (`sync...`), one may be used.
 */
export interface GroupOptions extends FileOptions {
  readonly mode: "group";
  /**
   * As PostgreSQL's `commit_delay`: before a group is written, its leader waits so many microseconds,
   * once and to the end, if at least `commitSiblings` other appends wait too. 0 ... 100,000; default 0.
   */
  readonly commitDelayMicros?: number;
  /**
   * As PostgreSQL's `commit_siblings`, with a `commitDelayMicros` only; 0 is always. 0 ... 1000;
   * default 5.
   */
  readonly commitSiblings?: number;
  /**
   * As MySQL's `binlog_group_commit_sync_delay`: before a group is written, its leader waits so many
   * microseconds, or until `syncNoDelayCount` appends wait. 0 ... 1,000,000; default 0.
   */
  readonly syncDelayMicros?: number;
  /**
   * As MySQL's `binlog_group_commit_sync_no_delay_count`: this many waiting appends, the leader's
   * among them, end the delay. They are counted every tenth of it, not sooner than each microsecond.
   * 0 is the whole delay; without a `syncDelayMicros` it is ignored. 0 ... 1,000,000; default 0.
   */
  readonly syncNoDelayCount?: number;
  /**
   * The most bytes of records, 24 of each being its header, that may wait for their sync; a call
   * that adds nothing counts as 24. What would exceed it is refused with `overloaded`, but one call
   * of any size is taken when nothing waits. 1 ... 1 GiB; default 64 MiB.
   */
  readonly waitingBytesMax?: number;
}

/** Waits for the log; mode `group` only. */
export interface WalTimer {
  /** Settles, and never rejects, when about so many microseconds have passed. */
  after(micros: number): Promise<void>;
}

/** What the log uses of the machine; the defaults are node:fs and the system's clock. */
export interface WalPorts {
  readonly storage?: Storage;
  /** Milliseconds since 1970; read once, when a log is made, to tell it from other logs. */
  readonly clock?: { wallMs(): number };
  readonly timer?: WalTimer;
}

export type TailOptions = Required<FileOptions>;

export type ResolvedWalOptions = Required<WalOptions>;

export type ResolvedGroupOptions = Required<GroupOptions>;

const GIBIBYTE = 2 ** 30;

const FILE_DEFAULTS: TailOptions = {
  segmentBytes: 16 * 2 ** 20,
  bufferBytes: 64 * 2 ** 10,
  recordBytesMax: 16 * 2 ** 20,
  preallocate: false,
};

const WAL_DEFAULTS: ResolvedWalOptions = { mode: "sync", batchSyncCount: 100, ...FILE_DEFAULTS };

const GROUP_DEFAULTS: ResolvedGroupOptions = {
  mode: "group",
  commitDelayMicros: 0,
  commitSiblings: 5,
  syncDelayMicros: 0,
  syncNoDelayCount: 0,
  waitingBytesMax: 64 * 2 ** 20,
  ...FILE_DEFAULTS,
};

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(WAL_DEFAULTS),
  ...Object.keys(GROUP_DEFAULTS),
]);

/** The options that the caller gave, by name. */
type Given = ReadonlyMap<string, unknown>;

interface Range extends OptionRange {
  readonly name: Exclude<keyof WalOptions | keyof GroupOptions, "mode" | "preallocate">;
}

const RANGES: readonly Range[] = [
  { name: "batchSyncCount", least: 1, most: 1_000_000 },
  { name: "segmentBytes", least: 128, most: GIBIBYTE },
  { name: "bufferBytes", least: 64, most: GIBIBYTE },
  { name: "recordBytesMax", least: 0, most: GIBIBYTE },
  { name: "commitDelayMicros", least: 0, most: 100_000 },
  { name: "commitSiblings", least: 0, most: 1000 },
  { name: "syncDelayMicros", least: 0, most: 1_000_000 },
  { name: "syncNoDelayCount", least: 0, most: 1_000_000 },
  { name: "waitingBytesMax", least: 1, most: GIBIBYTE },
];

/**
 * The options with their defaults filled in.
 * @throws WalError `bad-option`, naming the option, what was found and what is expected.
 */
export function resolveOptions(
  given: WalOptions | GroupOptions,
): ResolvedWalOptions | ResolvedGroupOptions {
  // An option that is undefined is the default.
  const defined = new Map<string, unknown>(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  checkEach(given, defined);
  return given.mode === "group" ? resolveGroup(defined) : resolveWal(defined);
}

function resolveWal(given: Given): ResolvedWalOptions {
  const options = { ...WAL_DEFAULTS, ...Object.fromEntries(given) };
  if (!SYNC_MODES.includes(options.mode)) {
    const modes = [...SYNC_MODES, "group"].join(", ");
    throw refusedOption("mode", `must be one of ${modes}, not ${shownOption(options.mode)}`);
  }
  refuseForeign(given, options);
  if (given.has("batchSyncCount") && options.mode !== "batch") {
    throw meaningless("batchSyncCount", options.mode);
  }
  return options;
}

function resolveGroup(given: Given): ResolvedGroupOptions {
  const options = { ...GROUP_DEFAULTS, ...Object.fromEntries(given) };
  refuseForeign(given, options);
  if (given.has("commitSiblings") && options.commitDelayMicros === 0) {
    throw refusedOption(
      "commitSiblings",
      "has no meaning without a commitDelayMicros; leave it out",
    );
  }
  if (options.commitDelayMicros > 0 && options.syncDelayMicros > 0) {
    throw refusedOption(
      "syncDelayMicros",
      "cannot be used with commitDelayMicros: both say how long a group waits; keep one",
    );
  }
  return options;
}

/** Looks at each option by itself. */
function checkEach(given: object, defined: Given): void {
  for (const name of Object.keys(given)) {
    if (!KNOWN.has(name)) {
      throw refusedOption(name, `is not an option; known are ${[...KNOWN].join(", ")}`);
    }
  }
  for (const range of RANGES) {
    if (defined.has(range.name)) {
      checkOptionRange(defined.get(range.name), range);
    }
  }
  const preallocate = defined.get("preallocate");
  if (defined.has("preallocate") && typeof preallocate !== "boolean") {
    throw refusedOption("preallocate", `must be true or false, not ${shownOption(preallocate)}`);
  }
}

/** Refuses an option that is known, but not in this mode. */
function refuseForeign(given: Given, options: { readonly mode: string }): void {
  for (const name of given.keys()) {
    if (!Object.hasOwn(options.mode === "group" ? GROUP_DEFAULTS : WAL_DEFAULTS, name)) {
      throw meaningless(name, options.mode);
    }
  }
}

function meaningless(name: string, mode: string): WalError {
  return refusedOption(name, `has no meaning in mode ${mode}; leave it out`);
}
