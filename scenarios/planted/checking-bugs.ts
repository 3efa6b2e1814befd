// Planted bugs in what a log checks and syncs: a kill cannot see them, a power cut can.
import type { PlantedBug } from "./planted-bug.ts";

export const checkingBugs: readonly PlantedBug[] = [
  {
    name: "fsync-left-out",
    summary: "What should be synced is handed to the kernel only.",
    reference:
      "SQLite's walcrash4.test keeps the memory of a sync that was left out where the last frame ended at a sector's edge; no test by SIGKILL could see one deleted: https://github.com/bluesky-social/jetstream/issues/264",
    mode: "sync",
    edits: [
      {
        file: "segment-writer.ts",
        find: "    this.write();\n    this.#storage.syncData(this.#file);",
        replace: "    this.write();",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "append", size: 40 }],
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "no-checksum",
    summary: "A record's payload is not checked: a torn one is handed out with zeros in it.",
    reference:
      "Badger's value log had no checksum, so an entry torn by a crash was taken for a good one: https://github.com/dgraph-io/badger/issues/143",
    mode: "flush",
    edits: [
      {
        file: "record-reader.ts",
        find: "if (crc32(payload, salt) !== header.payloadChecksum) {",
        replace: "if (crc32(payload, salt) === -1) {",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // The record lies in the sectors at 0 and 0x200; the second is lost, the size is not.
      operations: [{ kind: "append", size: 600 }],
      keep: "newest; lose file 000000000001.wal sector 0x200",
      after: "last-acknowledgement",
      guarantee: "nothing-invented",
    },
  },
  {
    name: "bad-record-skipped",
    summary: "Recovery steps over a record whose checksum is wrong and goes on behind it: a hole.",
    reference:
      "Scylla stepped over damaged parts of its commit log with a warning, and then deleted it: https://github.com/scylladb/scylladb/issues/3847",
    mode: "flush",
    edits: [
      {
        file: "record-reader.ts",
        find: "    return damage(offset, `the payload checksum of record ${index} is wrong`);",
        replace: "    return readRecord(window, salt, { offset: end, index: index + 1 });",
      },
      {
        file: "record-reader.ts",
        find: "    index += 1;",
        replace: "    index = record.index + 1;",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // The first record lies in three sectors; the middle one is lost, the second record is kept.
      operations: [
        { kind: "append", size: 1300 },
        { kind: "append", size: 40 },
      ],
      keep: "newest; lose file 000000000001.wal sector 0x200",
      after: "last-acknowledgement",
      guarantee: "no-hole",
    },
  },
  {
    name: "length-trusted",
    summary:
      "A record's length is believed before its checksum is looked at; an empty one needs none.",
    reference:
      "InfluxDB used a length from a cut log before anything had vouched for it: https://github.com/influxdata/influxdb/pull/5476",
    mode: "flush",
    edits: [
      // The search for a proof behind a tail still checks: else a kill would show this.
      {
        file: "record.ts",
        find: "  salt: number,\n): RecordHeader | string {",
        replace: "  salt: number,\n  trusted = false,\n): RecordHeader | string {",
      },
      {
        file: "record.ts",
        find: "if (getWord(bytes, at) !== crc32(",
        replace: "if (!trusted && getWord(bytes, at) !== crc32(",
      },
      {
        file: "record-reader.ts",
        find: "decodeRecordHeader(bytes, 0, salt);",
        replace: "decodeRecordHeader(bytes, 0, salt, true);",
      },
      {
        file: "record-reader.ts",
        find: "if (crc32(payload, salt) !== header.payloadChecksum) {",
        replace: "if (header.length > 0 && crc32(payload, salt) !== header.payloadChecksum) {",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // The second record's header lies across two sectors, its length at the end of the first. That
      // sector is set back to what was synced (zeros there), the other is kept.
      operations: [{ kind: "append", size: 420 }, { kind: "sync" }, { kind: "append", size: 40 }],
      keep: "newest; lose file 000000000001.wal sector 0x0",
      after: "last-acknowledgement",
      guarantee: "nothing-invented",
    },
  },
  {
    name: "checksum-without-life",
    summary:
      "The checksums start from 0 in every segment, so stale bytes of a removed one parse as new records.",
    reference:
      "Pebble recycled log files without a number in the record header, and old records in the tail were replayed: https://github.com/cockroachdb/pebble/pull/580",
    mode: "flush",
    edits: [
      {
        file: "segment-writer.ts",
        find: "this.#salt = headerChecksum(made.header);",
        replace: "this.#salt = headerChecksum(made.header) & 0;",
      },
      {
        file: "record-reader.ts",
        find: "readRecord(window, header.checksum, { offset, index });",
        replace: "readRecord(window, 0, { offset, index });",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // Both segments have their third record at 0x200. The new one's sector was never synced, and
      // reads as what the removed segment had left there.
      operations: [
        { kind: "append", size: 0 },
        { kind: "append", size: 408 },
        { kind: "append", size: 40 },
        { kind: "reopen" },
        { kind: "checkpoint" },
        { kind: "truncate" },
        { kind: "append", size: 408 },
        { kind: "append", size: 40 },
      ],
      keep: "newest; stale file 000000000002.wal sector 0x200 from file 000000000001.wal",
      after: "last-acknowledgement",
      guarantee: "log-order",
    },
  },
  {
    name: "zeros-taken-for-records",
    summary:
      "Zeros where a header belongs are read as a record without a payload, by a log that never allocates ahead.",
    reference:
      "Camunda's broker read the fields of an empty segment as zeros, and took them for what a segment says: https://github.com/camunda/camunda/issues/6979",
    mode: "flush",
    edits: [
      {
        file: "record-reader.ts",
        find: "    const record = readRecord(window, header.checksum, { offset, index });",
        replace: `    let record = readRecord(window, header.checksum, { offset, index });
    const end = offset + RECORD_HEADER_BYTES;
    if ("kind" in record && record.kind === "blank" && end <= window.size) {
      const payload = new Uint8Array(0);
      record = { type: RecordType.single, index, syncedIndex: 0, offset, end, payload };
    }`,
      },
      {
        // In a segment that is allocated ahead, the first recovery of all would show it.
        file: "log-tail.ts",
        find: "const fillBytes = options.preallocate ? options.segmentBytes : 0;",
        replace: "const fillBytes = 0;",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // Each record ends with a sector; that of the second is lost and reads as zeros.
      operations: [
        { kind: "append", size: 432 },
        { kind: "append", size: 488 },
      ],
      keep: "newest; lose file 000000000001.wal sector 0x200",
      after: "last-acknowledgement",
      guarantee: "nothing-invented",
    },
  },
  {
    name: "torn-means-zeros",
    summary:
      "A payload counts as torn where one of its sectors is all zeros, and as whole otherwise: garbage is handed out.",
    reference:
      "etcd tells a torn entry from a damaged one by sectors of zeros, which space that was never synced need not hold: https://github.com/etcd-io/etcd/pull/5250",
    mode: "flush",
    edits: [
      {
        file: "record-reader.ts",
        find: "  if (crc32(payload, salt) !== header.payloadChecksum) {",
        replace: `  const isTorn = () => {
    for (let at = payloadAt; at < end; at += 512 - (at % 512)) {
      const part = payload.subarray(at - payloadAt, at - payloadAt + 512 - (at % 512));
      if (part.length >= 8 && part.every((byte) => byte === 0)) return true;
    }
    return false;
  };
  if (isTorn()) {`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "append", size: 1300 }],
      keep: "newest; garbage file 000000000001.wal sector 0x200 seed 7",
      after: "last-acknowledgement",
      guarantee: "nothing-invented",
    },
  },
];
