// Reads a segment's records one after another, and tells why it stopped.
import { crc32 } from "./crc32.ts";
import {
  commits,
  decodeRecordHeader,
  headerPlaces,
  RECORD_HEADER_BYTES,
  RecordType,
} from "./record.ts";
import type { SegmentWindow } from "./segment-file.ts";
import { type ReadHeader, SEGMENT_HEADER_BYTES } from "./segment-header.ts";

/** A record whose checksums hold, at its place. */
interface StoredRecord {
  readonly type: number;
  readonly index: number;
  readonly syncedIndex: number;
  readonly offset: number;
  /** Where the next record begins. */
  readonly end: number;
  readonly payload: Uint8Array;
}

/** Why no record was read: the file ends, zeros stand there, or what does is no next record. */
export interface ReadStop {
  readonly kind: "end" | "blank" | "damage";
  readonly offset: number;
  readonly reason: string;
}

/**
 * A batch is handed over whole when its COMMIT is reached; a single record or a checkpoint alone.
 * `records` are the user's: a COMMIT is not among them.
 */
export interface Unit {
  readonly kind: "single" | "batch" | "checkpoint";
  readonly records: readonly StoredRecord[];
  /** The index of the unit's last record, COMMIT included. */
  readonly lastIndex: number;
  readonly syncedIndex: number;
  readonly end: number;
}

/** Reads the record at `offset`; it must have this index, or it is not the next one. */
function readRecord(
  window: SegmentWindow,
  salt: number,
  expected: { readonly offset: number; readonly index: number },
): StoredRecord | ReadStop {
  const { offset, index } = expected;
  const bytes = window.slice(offset, RECORD_HEADER_BYTES);
  const header = decodeRecordHeader(bytes, 0, salt);
  if (typeof header === "string") {
    return noHeader(bytes, offset, header);
  }
  if (header.index !== index) {
    return damage(offset, `record ${header.index} stands where record ${index} belongs`);
  }
  // The length is believed only now: its checksum holds, and the file is long enough.
  const payloadAt = offset + RECORD_HEADER_BYTES;
  const end = payloadAt + header.length;
  if (end > window.size) {
    return damage(offset, `record ${index} is cut by the end of the file`);
  }
  const payload = window.slice(payloadAt, header.length);
  if (crc32(payload, salt) !== header.payloadChecksum) {
    return damage(offset, `the payload checksum of record ${index} is wrong`);
  }
  const { type, syncedIndex } = header;
  return { type, index, syncedIndex, offset, end, payload };
}

function noHeader(bytes: Uint8Array, offset: number, reason: string): ReadStop {
  if (bytes.length === 0) {
    return { kind: "end", offset, reason: "the file ends" };
  }
  if (bytes.every((byte) => byte === 0)) {
    return { kind: "blank", offset, reason: "zeros stand where a record belongs" };
  }
  return damage(offset, reason);
}

/**
 * Yields the segment's committed units in log order and returns where and why it stopped. A batch
 * without its COMMIT is not yielded: the stop is then at its first record.
 */
export function* readUnits(window: SegmentWindow, header: ReadHeader): Generator<Unit, ReadStop> {
  let batch: StoredRecord[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let index = header.firstIndex;
  for (;;) {
    const record = readRecord(window, header.checksum, { offset, index });
    if (!("payload" in record)) {
      return batch[0] === undefined ? record : uncommitted(batch[0], record);
    }
    if (record.type === RecordType.member) {
      batch.push(record);
    } else {
      const first = batch[0] ?? record;
      if (!endsUnit(record, batch)) {
        return damage(first.offset, `record ${record.index} does not end its batch`);
      }
      yield makeUnit(record, batch);
      batch = [];
    }
    offset = record.end;
    index += 1;
  }
}

function endsUnit(record: StoredRecord, batch: readonly StoredRecord[]): boolean {
  const first = batch[0];
  return record.type === RecordType.commit
    ? first !== undefined && commits(record.payload, batch.length, first.index)
    : first === undefined;
}

function makeUnit(last: StoredRecord, batch: readonly StoredRecord[]): Unit {
  const place = { lastIndex: last.index, syncedIndex: last.syncedIndex, end: last.end };
  switch (last.type) {
    case RecordType.commit:
      return { kind: "batch", records: batch, ...place };
    case RecordType.checkpoint:
      return { kind: "checkpoint", records: [last], ...place };
    default:
      return { kind: "single", records: [last], ...place };
  }
}

function uncommitted(first: StoredRecord, stop: ReadStop): ReadStop {
  const { reason, offset } = stop;
  const batch = `the batch that begins with record ${first.index}`;
  return damage(first.offset, `${batch} has no COMMIT: ${reason} at byte ${offset}`);
}

function damage(offset: number, reason: string): ReadStop {
  return { kind: "damage", offset, reason };
}

/**
 * Looks behind a stop for a record that was written when `index` was known to be synced. Such a
 * record proves that what is missing was durable, so the stop is damage and no torn tail. Payloads
 * are not checked: a header whose checksum holds was written, whatever became of what follows it.
 */
export function findProof(
  window: SegmentWindow,
  salt: number,
  lost: { readonly offset: number; readonly index: number },
): number | undefined {
  const stride = 32 * 2 ** 10;
  for (let from = lost.offset; from < window.size; from += stride) {
    const bytes = window.slice(from, stride + RECORD_HEADER_BYTES - 1);
    const at = headerPlaces(bytes).find((place) => {
      const header = decodeRecordHeader(bytes, place, salt);
      return typeof header !== "string" && header.syncedIndex >= lost.index;
    });
    if (at !== undefined) {
      return from + at;
    }
  }
  return undefined;
}
