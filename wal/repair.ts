// Recovery as a barrier: what it leaves on the disk is whole, and durable before anybody is told.
import { type Lsn, makeLsn, NO_LSN } from "./lsn.ts";
import { findProof, type ReadStop, readUnits } from "./record-reader.ts";
import { endOfContent, SegmentWindow, setAsideName, UNFINISHED } from "./segment-file.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { readSegments, type Segment } from "./segments.ts";
import type { FileId, Storage } from "./storage.ts";
import { corruption } from "./wal-error.ts";
import { writeAll } from "./write-all.ts";

const COPY_BYTES = 64 * 2 ** 10;

/** Bytes at the end of the log that no acknowledged and synced record can have stood in. */
export interface CutTail {
  readonly segment: string;
  readonly offset: number;
  /** How many bytes, not counting zeros at the end. */
  readonly bytes: number;
  readonly reason: string;
  /** The file that keeps them, beside the segment; none where they were all zeros. */
  readonly setAside: string | undefined;
}

/** What the log is when recovery is done. */
export interface RepairedLog {
  readonly segments: readonly Segment[];
  readonly lastLsn: Lsn;
  readonly checkpointLsn: Lsn;
  readonly tail: CutTail | undefined;
}

/** Where the last segment's whole records end, and what is proven of them. */
interface TailScan {
  readonly stop: ReadStop;
  readonly lastIndex: number;
  readonly checkpointLsn: Lsn;
  /** Whole records from here to the stop may never have been synced. */
  readonly unprovenOffset: number;
}

/** What a step of the repair works on. */
interface RepairWork {
  readonly storage: Storage;
  readonly directory: string;
  readonly first: Segment;
  /** The last one. */
  readonly segment: Segment;
  readonly file: FileId;
  readonly window: SegmentWindow;
}

/**
 * Makes the log whole, in this order; a crash between any two steps leaves a log on which the same
 * steps come to the same records.
 *
 * 1. Unfinished segments are removed: they never had a segment's name, so no record was accepted
 *    into one.
 * 2. All segments but the last are left as they are: a later header proves that they were synced.
 * 3. The last segment is read to its first bad byte. If a record behind it proves that the bytes
 *    there had been synced, that is damage, and named. Else it is a tail: nobody was told that it
 *    is durable, because a sync that covered it cannot have returned.
 * 4. The tail is copied beside the segment. An unfinished batch is part of it.
 * 5. The whole records behind the last proof are written again, same bytes at the same place. After a
 *    kill they may be in the page cache only; after a failed fsync they may be clean in memory and
 *    missing on the disk, where a sync alone would not write them.
 * 6. The tail is cut off, and the file and the directory are synced: the cut, the records and the
 *    names are durable.
 */
export function repair(storage: Storage, directory: string): RepairedLog {
  const names = storage.list(directory);
  for (const name of names.filter((each) => each.endsWith(UNFINISHED))) {
    storage.remove(`${directory}/${name}`);
  }
  const segments = readSegments(storage, directory, names);
  const last = segments.at(-1);
  if (last === undefined) {
    storage.syncDirectory(directory);
    return { segments, lastLsn: NO_LSN, checkpointLsn: NO_LSN, tail: undefined };
  }
  const file = storage.open(`${directory}/${last.name}`, "write");
  try {
    const window = new SegmentWindow(storage, file);
    const [first = last] = segments;
    return { segments, ...repairLast({ storage, directory, first, segment: last, file, window }) };
  } finally {
    storage.close(file);
  }
}

function repairLast(work: RepairWork): Omit<RepairedLog, "segments"> {
  const { storage, file, window } = work;
  const scan = scanTail(window, work.segment);
  refuseMissingStart(work.first, scan.checkpointLsn);
  const tail = setTailAside(work, scan.stop);
  rewriteUnproven(work, scan);
  if (window.size > scan.stop.offset) {
    storage.truncate(file, scan.stop.offset);
  }
  storage.sync(file);
  storage.syncDirectory(work.directory);
  const { header } = work.segment;
  const empty = scan.lastIndex < header.firstIndex;
  return {
    lastLsn: empty ? header.previousLsn : makeLsn(header.life, scan.lastIndex),
    checkpointLsn: scan.checkpointLsn,
    tail,
  };
}

/** @throws WalError `corrupt` where what is missing was known to be synced. */
function scanTail(window: SegmentWindow, segment: Segment): TailScan {
  const { header } = segment;
  let lastIndex = header.firstIndex - 1;
  let provenIndex = lastIndex;
  let unprovenOffset: number = SEGMENT_HEADER_BYTES;
  let end: number = SEGMENT_HEADER_BYTES;
  let checkpointLsn = header.checkpointLsn;
  const units = readUnits(window, header);
  let next = units.next();
  for (; next.done !== true; next = units.next()) {
    const unit = next.value;
    // The first record behind a sync carries the proof. A proof that comes later is passed over:
    // too much written again is harmless, too little is not.
    if (unit.syncedIndex > provenIndex && unit.syncedIndex === lastIndex) {
      provenIndex = lastIndex;
      unprovenOffset = end;
    }
    lastIndex = unit.lastIndex;
    end = unit.end;
    if (unit.kind === "checkpoint") {
      checkpointLsn = makeLsn(header.life, lastIndex);
    }
  }
  refuseDamage(window, segment, { stop: next.value, index: lastIndex + 1 });
  return { stop: next.value, lastIndex, checkpointLsn, unprovenOffset };
}

/**
 * Nothing behind the stop proves that record `index` was synced: then it is a tail. Nobody was
 * told that its records are durable, because no sync that covered them had returned when the last
 * readable byte was written.
 */
function refuseDamage(
  window: SegmentWindow,
  segment: Segment,
  lost: { readonly stop: ReadStop; readonly index: number },
): void {
  const { offset, reason } = lost.stop;
  const proof = findProof(window, segment.header.checksum, { offset, index: lost.index });
  if (proof !== undefined) {
    throw corruption({
      segment: segment.name,
      offset,
      reason: `${reason}, and a record at byte ${proof} was written after record ${lost.index} had been synced`,
    });
  }
}

/** Segments are dropped behind a checkpoint only: without one, the first ones were lost. */
function refuseMissingStart(first: Segment, checkpointLsn: Lsn): void {
  if (first.header.previousLsn > checkpointLsn) {
    throw corruption({
      segment: first.name,
      offset: 0,
      reason: "the segments before it are missing, and no checkpoint allows that",
    });
  }
}

/** Copies the tail beside the segment before it is cut: evidence is never destroyed. */
function setTailAside(work: RepairWork, stop: ReadStop): CutTail | undefined {
  const { storage, directory, segment, window } = work;
  const bytes = endOfContent(window, stop.offset) - stop.offset;
  if (bytes === 0) {
    return undefined;
  }
  const setAside = setAsideName(segment.name, segment.header.life);
  const path = `${directory}/${setAside}`;
  if (storage.list(directory).includes(setAside)) {
    storage.remove(path);
  }
  const copy = storage.open(path, "create");
  try {
    copyBytes(work, { from: stop.offset, to: stop.offset + bytes, file: copy, position: 0 });
    storage.sync(copy);
  } finally {
    storage.close(copy);
  }
  storage.syncDirectory(directory);
  return {
    segment: segment.name,
    offset: stop.offset,
    bytes,
    reason: stop.reason,
    setAside,
  };
}

function rewriteUnproven(work: RepairWork, scan: TailScan): void {
  const from = scan.unprovenOffset;
  copyBytes(work, { from, to: scan.stop.offset, file: work.file, position: from });
}

/** Copies the segment's bytes `[from, to)` to `position` of a file. */
function copyBytes(
  work: RepairWork,
  copy: {
    readonly from: number;
    readonly to: number;
    readonly file: FileId;
    readonly position: number;
  },
): void {
  for (let from = copy.from; from < copy.to; from += COPY_BYTES) {
    const bytes = work.window.slice(from, Math.min(COPY_BYTES, copy.to - from));
    writeAll(work.storage, copy.file, { bytes, position: copy.position + from - copy.from });
  }
}
