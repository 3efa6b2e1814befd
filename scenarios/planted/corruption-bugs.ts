// Planted bugs in what a log notices of bytes that change at rest; no crash shows them.
import type { Operation } from "../../harness/workload.ts";
import type { PlantedBug } from "./planted-bug.ts";

const append: Operation = { kind: "append", size: 40 };

/** A bit in the payload of the first record. */
const FIRST_PAYLOAD = "flip /store/000000000001.wal 0x5a.0";

/** A bit of the header's field `life`. */
const HEADER_LIFE = "flip /store/000000000001.wal 0x10.1";

export const corruptionBugs: readonly PlantedBug[] = [
  {
    name: "damage-taken-for-tail",
    summary: "Bad bytes are always a torn tail: what was synced behind them is cut off in silence.",
    reference:
      "Harper took a bad frame in the middle of a transaction log for its end and lost what was acknowledged behind it: https://github.com/HarperFast/harper/issues/2016",
    mode: "sync",
    edits: [
      { file: "repair.ts", find: "  if (proof !== undefined) {", replace: "  if (proof === -1) {" },
    ],
    convictedBy: {
      kind: "corruption",
      operations: [append, append, append],
      change: FIRST_PAYLOAD,
      guarantee: "damage-noticed",
    },
  },
  {
    name: "closed-segments-trusted",
    summary: "Payloads are checked while the last segment is repaired, and not when they are read.",
    reference:
      "CorfuDB checked its checksums when it opened a segment and not when it read from it: https://github.com/CorfuDB/CorfuDB/issues/2010",
    mode: "sync",
    edits: [
      {
        file: "recover.ts",
        find: "readUnits(window, header);",
        replace: "readUnits(window, header, true);",
      },
      {
        file: "record-reader.ts",
        find: "readUnits(window: SegmentWindow, header: ReadHeader):",
        replace: "readUnits(window: SegmentWindow, header: ReadHeader, trusted = false):",
      },
      {
        file: "record-reader.ts",
        find: "readRecord(window, header.checksum, { offset, index });",
        replace: "readRecord(window, header.checksum, { offset, index, trusted });",
      },
      {
        file: "record-reader.ts",
        find: "if (crc32(payload, salt) !== header.payloadChecksum) {",
        replace: "if (!expected.trusted && crc32(payload, salt) !== header.payloadChecksum) {",
      },
    ],
    convictedBy: {
      kind: "corruption",
      operations: [append, append],
      options: { segmentBytes: 128 },
      change: FIRST_PAYLOAD,
      guarantee: "nothing-invented",
    },
  },
  {
    name: "segment-header-unchecked",
    summary: "A segment's header is believed without its checksum: records come back as others'.",
    reference:
      "The checksum of Camunda's journal covered a record's data and not its sequence number: https://github.com/camunda/camunda/issues/6218",
    mode: "sync",
    edits: [
      {
        file: "segment-header.ts",
        find: "if (checksum !== crc32(bytes, 0, 0, CHECKSUM_AT)) {",
        replace: "if (bytes.length === 0) {",
      },
    ],
    convictedBy: {
      kind: "corruption",
      operations: [append],
      change: HEADER_LIFE,
      guarantee: "lsn-order",
    },
  },
];
