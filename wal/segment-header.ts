// The first bytes of a segment (FORMAT.md, "Segment header").
import { crc32 } from "./crc32.ts";
import { indexOf, type Lsn, lifeOf, makeLsn } from "./lsn.ts";

/** Version 1 of the format. */
const FORMAT_VERSION = 1;

export const SEGMENT_HEADER_BYTES = 56;

/** A byte over 127 and a line feed show a copy that was made as text. */
const MAGIC = [0x89, 0x41, 0x43, 0x4b, 0x57, 0x41, 0x4c, 0x0a] as const;

const CHECKSUM_AT = 52;

/** What a segment says of itself, and proves of what came before it. */
export interface SegmentHeader {
  /** Segments are numbered from 1, without a gap. */
  readonly sequence: number;
  readonly life: number;
  /** The index of the segment's first record within its life. */
  readonly firstIndex: number;
  /** Microseconds since 1970 when the log was made: tells this log's bytes from another's. */
  readonly identity: number;
  /** The last record before this segment. It and all before it were synced when this was written. */
  readonly previousLsn: Lsn;
  /** The last checkpoint before this segment, 0 for none. */
  readonly checkpointLsn: Lsn;
}

/** A header as read: with the checksum that the records' checksums start from. */
export interface ReadHeader extends SegmentHeader {
  readonly checksum: number;
}

export type HeaderOutcome =
  | { readonly kind: "header"; readonly header: ReadHeader }
  | { readonly kind: "unsupported"; readonly version: number }
  | { readonly kind: "damaged"; readonly reason: string };

/**
 * ```
 *  0        8        12        16    20          24        32           40             48   52
 *  | magic  | version | sequence | life | firstIndex | identity | previousLsn | checkpointLsn | 0 | checksum |
 * ```
 */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, header.sequence, true);
  view.setUint32(16, header.life, true);
  view.setUint32(20, header.firstIndex, true);
  view.setBigUint64(24, BigInt(header.identity), true);
  putLsn(view, 32, header.previousLsn);
  putLsn(view, 40, header.checkpointLsn);
  view.setUint32(CHECKSUM_AT, crc32(bytes, 0, 0, CHECKSUM_AT), true);
  return bytes;
}

/** The checksum that a segment's records start theirs from. */
export function headerChecksum(header: SegmentHeader): number {
  return crc32(encodeSegmentHeader(header), 0, 0, CHECKSUM_AT);
}

/**
 * Reads a header back. The checksum is looked at before the version, so that a flipped bit in the
 * version is called damage; its place is therefore the same in every version to come.
 */
export function decodeSegmentHeader(bytes: Uint8Array): HeaderOutcome {
  if (bytes.length < SEGMENT_HEADER_BYTES) {
    return { kind: "damaged", reason: `the header is cut after ${bytes.length} bytes` };
  }
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) {
    return { kind: "damaged", reason: "the magic bytes are wrong" };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  const checksum = view.getUint32(CHECKSUM_AT, true);
  if (checksum !== crc32(bytes, 0, 0, CHECKSUM_AT)) {
    return { kind: "damaged", reason: "the header's checksum is wrong" };
  }
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION) {
    return { kind: "unsupported", version };
  }
  return {
    kind: "header",
    header: {
      sequence: view.getUint32(12, true),
      life: view.getUint32(16, true),
      firstIndex: view.getUint32(20, true),
      identity: Number(view.getBigUint64(24, true)),
      previousLsn: getLsn(view, 32),
      checkpointLsn: getLsn(view, 40),
      checksum,
    },
  };
}

function putLsn(view: DataView, at: number, lsn: Lsn): void {
  view.setUint32(at, indexOf(lsn), true);
  view.setUint32(at + 4, lifeOf(lsn), true);
}

function getLsn(view: DataView, at: number): Lsn {
  return makeLsn(view.getUint32(at + 4, true), view.getUint32(at, true));
}
