// Planted bugs in when, and of what, the log asks for a sync: a kill cannot see one of them.
import type { PlantedBug } from "./planted-bug.ts";

export const syncBugs: readonly PlantedBug[] = [
  {
    name: "fsync-before-write",
    summary: "The sync comes first and the write after it, so it covers the write before.",
    reference:
      "A review of Stoolap's group commit found a buffer that was drained after the fsync which should have covered it: https://github.com/stoolap/stoolap/pull/34",
    mode: "sync",
    edits: [
      {
        file: "segment-writer.ts",
        find: "    this.write();\n    this.#storage.syncData(this.#file);",
        replace: "    this.#storage.syncData(this.#file);\n    this.write();",
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
    name: "directory-synced-not-file",
    summary: "A barrier syncs the log's directory in place of the segment that was written.",
    reference:
      "The class is a sync of something else. A trainer looked up the wrong descriptors and so synced none of its summaries: https://github.com/google-research/runtime-error-prediction/pull/28",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "      this.#writer.sync();\n",
        replace: `      this.#writer.write();
      this.#start.storage.syncDirectory(this.#start.directory);
`,
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
    name: "oldest-segment-synced",
    summary: "A barrier writes to the segment in use and syncs the oldest one.",
    reference:
      "Prometheus synced a segment of its log when that was closed, and never the one in use: https://github.com/prometheus-junkyard/tsdb/issues/520",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "      this.#writer.sync();\n",
        replace: `      this.#writer.write();
      const { storage, directory } = this.#start;
      const oldest = segmentName(this.#segments[0].sequence);
      const file = storage.open(\`\${directory}/\${oldest}\`, "write");
      storage.syncData(file);
      storage.close(file);
`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [
        { kind: "append", size: 40 },
        { kind: "append", size: 40 },
      ],
      options: { segmentBytes: 128 },
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "sync-skipped-when-buffer-empty",
    summary:
      "A sync does nothing where the process buffer is empty, though the kernel has unsynced bytes.",
    reference:
      "TidesDB left the sync out because writes could have been synchronous, which those of this descriptor were not: https://github.com/tidesdb/tidesdb/pull/671",
    mode: "flush",
    edits: [
      {
        file: "segment-writer.ts",
        find: "    this.write();\n    this.#storage.syncData(this.#file);",
        replace: `    const buffered = this.#buffered;
    this.write();
    if (buffered > 0) {
      this.#storage.syncData(this.#file);
    }`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "append", size: 40 }, { kind: "sync" }],
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "commit-after-sync",
    summary: "A batch's records are synced, and its COMMIT is written after that.",
    reference:
      "ClickHouse acknowledges a transaction whose data is synced before the marker that commits it is durable: https://github.com/ClickHouse/ClickHouse/issues/111823",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex));",
        replace: `    this.#writer.sync();
    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex));
    this.#writer.write();
    this.#syncedIndex = this.#nextIndex - 1;`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "batch", sizes: [40, 40] }],
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "commit-vouches-for-records",
    summary: "A COMMIT that is there is taken as proof of its batch: the payloads are not checked.",
    reference:
      "LiteDB applies what stands before a confirmed page of its log unchecked, and a power cut may keep that page and lose others: https://github.com/litedb-org/LiteDB/issues/2935",
    mode: "sync",
    edits: [
      {
        file: "record-reader.ts",
        find: "if (crc32(payload, salt) !== header.payloadChecksum) {",
        replace:
          "if (header.type !== RecordType.member && crc32(payload, salt) !== header.payloadChecksum) {",
      },
    ],
    convictedBy: {
      kind: "chain",
      // The batch lies in three sectors. Its COMMIT, in the last, is kept; the middle one is lost.
      steps: [
        { kind: "life", operations: [{ kind: "batch", sizes: [1300, 10] }] },
        {
          kind: "power",
          keep: "newest; lose file 000000000001.wal sector 0x200",
          at: { side: "before", nth: "last", operation: "fdatasync" },
        },
        { kind: "recover" },
      ],
      guarantee: "nothing-invented",
    },
  },
  {
    name: "proof-of-written",
    summary:
      "A record claims that all before it was synced when it was only written: a torn tail reads as damage.",
    reference:
      "A torn page with a later one behind it, both unsynced, kept Commonware's journals from starting: https://github.com/commonwarexyz/monorepo/pull/4327",
    mode: "flush",
    edits: [
      {
        file: "log-tail.ts",
        find: "syncedIndex: this.#syncedIndex, payload",
        // Of a batch that a kill cut off, its records must not speak for each other.
        replace: `syncedIndex: type === RecordType.single ? index - 1 : this.#syncedIndex,
      payload`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [
        { kind: "append", size: 1300 },
        { kind: "append", size: 40 },
      ],
      keep: "newest; lose file 000000000001.wal sector 0x200",
      after: "last-acknowledgement",
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "zeros-skipped",
    summary:
      "Zeros are taken for filling: the reader passes over them to the next sector with a record in it.",
    reference:
      "WiredTiger's recovery had to learn which zeros in a log are unused space and which are a hole that records were lost from: https://github.com/wiredtiger/wiredtiger/pull/4177",
    mode: "flush",
    edits: [
      {
        file: "record-reader.ts",
        find: "    const record = readRecord(window, header.checksum, { offset, index });",
        replace: `    let record = readRecord(window, header.checksum, { offset, index });
    const isBlank = () => "kind" in record && record.kind === "blank";
    for (let at = offset + 512 - (offset % 512); isBlank() && at < window.size; at += 512) {
      const next = decodeRecordHeader(window.slice(at, RECORD_HEADER_BYTES), 0, header.checksum);
      if (typeof next !== "string") {
        offset = at;
        index = next.index;
        record = readRecord(window, header.checksum, { offset, index });
      }
    }`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // Each record ends with a sector; that of the second is lost and reads as zeros.
      operations: [
        { kind: "append", size: 432 },
        { kind: "append", size: 488 },
        { kind: "append", size: 40 },
      ],
      keep: "newest; lose file 000000000001.wal sector 0x200",
      after: "last-acknowledgement",
      guarantee: "no-hole",
    },
  },
];
