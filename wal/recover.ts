// Reads a log back after a crash.
import { type Lsn, makeLsn, NO_LSN } from "./lsn.ts";
import { nodeStorage } from "./node-storage.ts";
import { takeLock } from "./open-wal.ts";
import type { WalPorts } from "./options.ts";
import { type ReadStop, readUnits } from "./record-reader.ts";
import { type CutTail, type RepairedLog, repair } from "./repair.ts";
import { endOfContent, SegmentWindow } from "./segment-file.ts";
import type { Segment } from "./segments.ts";
import type { Storage } from "./storage.ts";
import { corruption } from "./wal-error.ts";

/** A record that survived. */
export interface WalRecord {
  readonly lsn: Lsn;
  readonly payload: Uint8Array;
}

/** What recovery did before the first record is read. */
export interface RecoveryReport {
  readonly segments: number;
  /** The last record of the log, 0 for none. */
  readonly lastLsn: Lsn;
  /** The last checkpoint, 0 for none. */
  readonly checkpointLsn: Lsn;
  /** Where the log was torn, why reading stopped there, and where the cut bytes are kept. */
  readonly tail: CutTail | undefined;
}

/**
 * A log made whole and durable; iterate it for its records, in log order, as often as you like.
 * Each iteration holds the directory's lock, so nothing changes under it.
 * @throws while iterating: WalError `corrupt`, `locked`.
 */
export interface Recovery extends Iterable<WalRecord> {
  readonly report: RecoveryReport;
}

const EMPTY: RepairedLog = {
  segments: [],
  lastLsn: NO_LSN,
  checkpointLsn: NO_LSN,
  tail: undefined,
};

/**
 * Recovers the log in `directory`: cuts a torn tail, makes everything it will report durable, and
 * gives the records back. A directory that does not exist is a log without records, for a crash may
 * come before it is made.
 * @throws WalError `locked`, `corrupt`, `unsupported-version`; and the disk's own errors.
 */
export function recover(directory: string, ports: WalPorts = {}): Recovery {
  const storage = ports.storage ?? nodeStorage;
  const log = exists(storage, directory) ? repairLocked(storage, directory) : EMPTY;
  const { segments, ...report } = log;
  return {
    report: { ...report, segments: segments.length },
    *[Symbol.iterator]() {
      if (segments.length === 0) {
        return;
      }
      const release = takeLock(storage, directory);
      try {
        yield* readLog(storage, directory, log);
      } finally {
        release();
      }
    },
  };
}

function exists(storage: Storage, directory: string): boolean {
  try {
    storage.list(directory);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return false;
    }
    throw error;
  }
}

function repairLocked(storage: Storage, directory: string): RepairedLog {
  const release = takeLock(storage, directory);
  try {
    return repair(storage, directory);
  } finally {
    release();
  }
}

/** Yields every record; each segment must end where the next one's header says that it ends. */
function* readLog(storage: Storage, directory: string, log: RepairedLog): Generator<WalRecord> {
  let lastLsn = log.segments[0]?.header.previousLsn ?? NO_LSN;
  for (const segment of log.segments) {
    if (segment.header.previousLsn !== lastLsn) {
      throw corruption({
        segment: segment.name,
        offset: 0,
        reason: `record ${segment.header.previousLsn} was synced before it, and the log ends with ${lastLsn}`,
      });
    }
    lastLsn = yield* readSegment(storage, directory, segment);
  }
}

/** Returns the last LSN of the segment. */
function* readSegment(
  storage: Storage,
  directory: string,
  segment: Segment,
): Generator<WalRecord, Lsn> {
  const { name, header } = segment;
  const file = storage.open(`${directory}/${name}`, "read");
  try {
    const window = new SegmentWindow(storage, file);
    const units = readUnits(window, header);
    let lastLsn = header.previousLsn;
    let next = units.next();
    for (; next.done !== true; next = units.next()) {
      const unit = next.value;
      if (unit.kind !== "checkpoint") {
        for (const record of unit.records) {
          yield { lsn: makeLsn(header.life, record.index), payload: record.payload };
        }
      }
      lastLsn = makeLsn(header.life, unit.lastIndex);
    }
    refuseGarbage(window, name, next.value);
    return lastLsn;
  } finally {
    storage.close(file);
  }
}

/** A segment that was closed ends with its last record, or with the zeros it was filled with. */
function refuseGarbage(window: SegmentWindow, segment: string, stop: ReadStop): void {
  if (stop.kind === "end") {
    return;
  }
  if (stop.kind !== "blank" || endOfContent(window, stop.offset) !== stop.offset) {
    throw corruption({ segment, offset: stop.offset, reason: stop.reason });
  }
}
