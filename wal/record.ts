// One record's bytes (FORMAT.md, "Record").
import { crc32 } from "./crc32.ts";

/** 0 is never a type: bytes that were allocated and not written must not parse. */
export const RecordType = {
  /** A record of `append`. */
  single: 1,
  /** A record of `appendBatch`; counts only when its COMMIT follows. */
  member: 2,
  /** Ends a batch. */
  commit: 3,
  checkpoint: 4,
} as const;

export const RECORD_HEADER_BYTES = 24;

/** The payload of a COMMIT: how many records it commits, and the index of the first. */
const COMMIT_BYTES = 8;

/** What a record takes of its segment. */
export function recordBytes(payload: Uint8Array): number {
  return RECORD_HEADER_BYTES + payload.length;
}

/** What a batch takes of its segment, its COMMIT included. */
export function batchBytes(payloads: readonly Uint8Array[]): number {
  const commitBytes = RECORD_HEADER_BYTES + COMMIT_BYTES;
  return payloads.reduce((sum, payload) => sum + recordBytes(payload), commitBytes);
}

/** What stands before a payload. */
export interface RecordHeader {
  readonly length: number;
  /** The record's place in its life, from 1; each record's is one more than the last's. */
  readonly index: number;
  /** The last index of this life that was known to be synced when this record was written. */
  readonly syncedIndex: number;
  readonly type: number;
  readonly payloadChecksum: number;
}

/** A record to be encoded. */
export interface RecordDraft {
  readonly type: number;
  readonly index: number;
  readonly syncedIndex: number;
  readonly payload: Uint8Array;
}

/**
 * Puts a record at `at` and returns where the next one goes. `salt` is the checksum of the
 * segment's header.
 * ```
 *  0                4                 8        12      16            20     24
 *  | headerChecksum | payloadChecksum | length | index | syncedIndex | type | payload ...
 * ```
 * Both checksums start from the salt, so bytes of another segment, life or log never parse here.
 */
export function encodeRecord(
  into: { readonly bytes: Uint8Array; readonly at: number; readonly salt: number },
  draft: RecordDraft,
): number {
  const { bytes, at, salt } = into;
  const payloadAt = at + RECORD_HEADER_BYTES;
  bytes.set(draft.payload, payloadAt);
  putWord(bytes, at + 4, crc32(draft.payload, salt));
  putWord(bytes, at + 8, draft.payload.length);
  putWord(bytes, at + 12, draft.index);
  putWord(bytes, at + 16, draft.syncedIndex);
  putWord(bytes, at + TYPE_AT, draft.type);
  putWord(bytes, at, crc32(bytes, salt, at + 4, payloadAt));
  return payloadAt + draft.payload.length;
}

const TYPE_AT = 20;

/** The four bytes of each type, to be searched for. */
const TYPE_WORDS: readonly Uint8Array[] = Object.values(RecordType).map((type) => {
  const word = new Uint8Array(4);
  putWord(word, 0, type);
  return word;
});

/** The places in `bytes` at which a whole header may stand, by the bytes of its type. */
export function headerPlaces(bytes: Uint8Array): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places: number[] = [];
  for (const word of TYPE_WORDS) {
    for (let at = buffer.indexOf(word, TYPE_AT); at !== -1; at = buffer.indexOf(word, at + 1)) {
      places.push(at - TYPE_AT);
    }
  }
  return places;
}

/** Reads the header at `at`, or tells why these bytes are none. */
export function decodeRecordHeader(
  bytes: Uint8Array,
  at: number,
  salt: number,
): RecordHeader | string {
  if (at + RECORD_HEADER_BYTES > bytes.length) {
    return `a record header is cut after ${bytes.length - at} bytes`;
  }
  const type = getWord(bytes, at + TYPE_AT);
  if (type < RecordType.single || type > RecordType.checkpoint) {
    return `record type ${type} is unknown`;
  }
  if (getWord(bytes, at) !== crc32(bytes, salt, at + 4, at + RECORD_HEADER_BYTES)) {
    return "the record header's checksum is wrong";
  }
  return {
    type,
    payloadChecksum: getWord(bytes, at + 4),
    length: getWord(bytes, at + 8),
    index: getWord(bytes, at + 12),
    syncedIndex: getWord(bytes, at + 16),
  };
}

/** The payload of a COMMIT. */
export function encodeCommit(count: number, firstIndex: number): Uint8Array {
  const payload = new Uint8Array(COMMIT_BYTES);
  putWord(payload, 0, count);
  putWord(payload, 4, firstIndex);
  return payload;
}

/** True where this COMMIT ends exactly this batch. */
export function commits(payload: Uint8Array, count: number, firstIndex: number): boolean {
  return (
    payload.length === COMMIT_BYTES &&
    getWord(payload, 0) === count &&
    getWord(payload, 4) === firstIndex
  );
}

function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function getWord(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}
