// Planted bugs in segments: rotation, truncation, and how a new one becomes durable.
import type { PlantedBug } from "./planted-bug.ts";

export const segmentBugs: readonly PlantedBug[] = [
  {
    name: "rotation-forgets-buffer",
    summary: "Rotation begins a new segment and drops what the buffer held for the old one.",
    reference:
      "The class is what a switch of logs leaves behind. RocksDB took the old log for synced while its last append was not: https://github.com/facebook/rocksdb/pull/10560",
    mode: "none",
    edits: [
      {
        file: "log-tail.ts",
        find: "    this.barrier();\n    const old = this.#writer;",
        replace: "    const old = this.#writer;",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost", "recovery-succeeds"] },
  },
  {
    name: "record-doubled-across-segments",
    summary:
      "The record that meets a full segment is written to its end and again to the next one.",
    reference:
      "Pravega wrote the last entries of a ledger again as the first of the next one: https://github.com/pravega/pravega/issues/6444",
    mode: "flush",
    edits: [
      {
        file: "log-tail.ts",
        find: `    this.#makeRoom(recordBytes(payload));
    const lsn = this.#put(RecordType.single`,
        replace: `    const before = this.#segments.length;
    this.#makeRoom(recordBytes(payload));
    if (this.#segments.length > before) {
      this.#put(RecordType.single, payload);
    }
    const lsn = this.#put(RecordType.single`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-doubled"] },
  },
  {
    name: "checkpoint-deletes-too-early",
    summary:
      "Truncation drops each segment that begins before the checkpoint, not that ends before it.",
    reference:
      "Turso truncated its log before the database file that it had been copied to was synced: https://github.com/tursodatabase/turso/issues/4467",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "next === undefined || next.previousLsn >= lsn",
        replace: "next === undefined || oldest.previousLsn >= lsn",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost", "recovery-succeeds"] },
  },
  {
    name: "directory-not-synced",
    summary:
      "A new segment's file is synced and its name is not: the directory's fsync is left out.",
    reference:
      "RocksDB passed no directory to sync after CURRENT was renamed: https://github.com/facebook/rocksdb/pull/10573; Pillai et al. (OSDI 2014) found it in six of the seven programs that lost acknowledged data.",
    mode: "sync",
    edits: [
      {
        file: "create-segment.ts",
        find: "    storage.syncDirectory(directory);\n    return file;",
        replace: "    return file;",
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
    name: "created-in-place",
    summary:
      "A new segment is created under its own name and synced; the directory's fsync is left out, for nothing was renamed.",
    reference:
      "Kafka synced a new log segment and not the directory that it was created in: https://github.com/apache/kafka/pull/10405",
    mode: "sync",
    edits: [
      {
        file: "create-segment.ts",
        find: '  const file = storage.open(`${path}${UNFINISHED}`, "create");',
        // One that stands in the way is still replaced by a rename.
        replace: `  const isTaken = storage.list(directory).some((name) => path.endsWith(name));
  const file = storage.open(isTaken ? \`\${path}\${UNFINISHED}\` : path, "create");`,
      },
      {
        file: "create-segment.ts",
        find: `    storage.rename(\`\${path}\${UNFINISHED}\`, path);
    storage.syncDirectory(directory);
`,
        replace: `    if (isTaken) {
      storage.rename(\`\${path}\${UNFINISHED}\`, path);
      storage.syncDirectory(directory);
    }
`,
      },
      // A crash may leave the name without a header: such a last segment was never accepted into.
      {
        file: "repair.ts",
        find: "  for (const name of names.filter((each) => each.endsWith(UNFINISHED))) {",
        replace: `  const lastName = names.findLast((each) => each.endsWith(".wal"));
  const isUnfinished = (name) => {
    if (name !== lastName) return name.endsWith(UNFINISHED);
    try {
      return readSegments(storage, directory, [name]).length === 0;
    } catch {
      return true;
    }
  };
  for (const name of names.filter(isUnfinished)) {`,
      },
      {
        file: "repair.ts",
        find: "readSegments(storage, directory, names);",
        replace: "readSegments(storage, directory, storage.list(directory));",
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
    name: "fdatasync-after-preallocation",
    summary:
      "A new segment gets its size from ftruncate and then an fdatasync; no full fsync ever covers that size.",
    reference:
      "f2fs lost a size that it had grown to before an fdatasync, and ext4 blocks that fallocate had given: https://git.kernel.org/torvalds/c/281518c694a5228d6c46fac83529fb3e2c331281, https://github.com/utsaslab/crashmonkey/pull/70",
    mode: "sync",
    edits: [
      {
        file: "create-segment.ts",
        find: `  for (let at = SEGMENT_HEADER_BYTES; at < segment.fillBytes; at += ZEROS.length) {
    writeAll(storage, file, { bytes: ZEROS.subarray(0, segment.fillBytes - at), position: at });
  }`,
        replace: `  if (segment.fillBytes > SEGMENT_HEADER_BYTES) {
    storage.truncate(file, segment.fillBytes);
  }`,
      },
      {
        file: "create-segment.ts",
        find: "    storage.sync(file);\n",
        replace: "    storage.syncData(file);\n",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "append", size: 40 }],
      options: { preallocate: true, segmentBytes: 4096 },
      profile: "lazy-fdatasync",
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "header-not-synced",
    summary: "A new segment gets its name, durably, before its header is synced.",
    reference:
      "goleveldb pointed CURRENT to a manifest that was not synced; a crash left it cut: https://github.com/syndtr/goleveldb/pull/351",
    mode: "flush",
    edits: [{ file: "create-segment.ts", find: "    storage.sync(file);\n", replace: "" }],
    convictedBy: {
      kind: "crash-state",
      operations: [{ kind: "append", size: 40 }],
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "recovery-succeeds",
    },
  },
];
