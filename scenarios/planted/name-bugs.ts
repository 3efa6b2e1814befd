// Planted bugs in the order in which names and contents become durable; a kill keeps all orders.
import type { Operation } from "../../harness/workload.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A header and one record of 40 bytes fill such a segment. */
const ONE_RECORD = { segmentBytes: 128 };

const append: Operation = { kind: "append", size: 40 };

export const nameBugs: readonly PlantedBug[] = [
  {
    name: "rename-before-sync",
    summary:
      "A new segment gets its name first and is synced then: between them a name of nothing.",
    reference:
      "Zeek found empty files under the new name after a power outage, because they were renamed before a sync: https://github.com/zeek/zeek/pull/1817",
    mode: "sync",
    edits: [
      {
        file: "create-segment.ts",
        find: "    storage.sync(file);\n    storage.rename(`${path}${UNFINISHED}`, path);",
        replace: "    storage.rename(`${path}${UNFINISHED}`, path);\n    storage.sync(file);",
      },
    ],
    convictedBy: {
      kind: "chain",
      steps: [
        { kind: "life", operations: [append] },
        {
          kind: "power",
          keep: "floor; keep names",
          at: { side: "before", nth: "first", operation: "fsync" },
        },
        { kind: "recover" },
      ],
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "parent-directory-synced",
    summary: "The directory that is synced for a new segment's name is the one above the log's.",
    reference:
      "CockroachDB synced its files, and not each directory on the way whose entries lead to them: https://github.com/cockroachdb/cockroach/pull/117295",
    mode: "sync",
    edits: [
      {
        file: "create-segment.ts",
        find: "    storage.syncDirectory(directory);\n    return file;",
        replace: "    storage.syncDirectory(`${directory}/..`);\n    return file;",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [append],
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "nothing-lost",
    },
  },
  {
    name: "rotation-without-sync",
    summary: "Rotation leaves the old segment unsynced; the new one's header says that it is.",
    reference:
      "WiredTiger closed the log file that it switched away from without a sync: https://github.com/wiredtiger/wiredtiger/issues/1545",
    mode: "flush",
    edits: [
      {
        file: "log-tail.ts",
        find: "    this.barrier();\n    const old = this.#writer;",
        replace: `    this.#writer.write();
    this.#syncedIndex = this.#nextIndex - 1;
    const old = this.#writer;`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [append, append],
      options: ONE_RECORD,
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "new-name-before-old-synced",
    summary: "Rotation makes the new segment durable first and syncs the old one after it.",
    reference:
      "YugabyteDB went on in a new segment before the old one was synced; a crash between left a gap: https://github.com/yugabyte/yugabyte-db/issues/3490",
    mode: "flush",
    edits: [
      {
        file: "log-tail.ts",
        find: "    this.barrier();\n    const old = this.#writer;",
        replace: "    const old = this.#writer;\n    old.write();",
      },
      {
        file: "log-tail.ts",
        find: "    old.close();",
        replace: `    old.sync();
    this.#syncedIndex = this.#nextIndex - 1;
    this.#unsyncedAppends = 0;
    old.close();`,
      },
    ],
    convictedBy: {
      kind: "chain",
      steps: [
        { kind: "life", operations: [append, append] },
        {
          kind: "power",
          keep: "floor",
          at: { side: "after", nth: "last", operation: "fsync-directory" },
        },
        { kind: "recover" },
      ],
      options: ONE_RECORD,
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "truncation-synced-once",
    summary: "Truncation removes all segments and syncs the directory once, so any may come back.",
    reference:
      "Apache Ratis could not start where a purge of several segments had not removed them in order: https://github.com/apache/ratis/pull/801",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "      storage.syncDirectory(directory);\n      this.#segments.shift();",
        replace: "      this.#segments.shift();",
      },
      {
        file: "log-tail.ts",
        find: "next.previousLsn >= lsn) {\n",
        replace: "next.previousLsn >= lsn) {\n        storage.syncDirectory(directory);\n",
      },
    ],
    convictedBy: {
      kind: "chain",
      // The removal of the first segment is lost, that of the second is kept.
      steps: [
        {
          kind: "life",
          operations: [append, append, append, { kind: "checkpoint" }, { kind: "truncate" }],
        },
        {
          kind: "power",
          keep: "newest; lose name 000000000001.wal",
          at: { side: "after", nth: "last", operation: "unlink" },
        },
        { kind: "recover" },
      ],
      options: ONE_RECORD,
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "removal-not-synced",
    summary: "Truncation removes segments and never syncs the directory.",
    reference:
      "PostgreSQL removes files of its log by durable_unlink, which syncs the directory, lest they come back: https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/storage/file/fd.c",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "      storage.syncDirectory(directory);\n      this.#segments.shift();",
        replace: "      this.#segments.shift();",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      // Of two removals, both acknowledged, the first is lost.
      operations: [append, append, append, { kind: "checkpoint" }, { kind: "truncate" }],
      options: ONE_RECORD,
      keep: "newest; lose name 000000000001.wal",
      after: "last-acknowledgement",
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "truncation-before-checkpoint-durable",
    summary:
      "A checkpoint is written and not synced; truncation then removes, durably, what it stands for.",
    reference:
      "Turso truncated its log in a checkpoint before the database file was synced: https://github.com/tursodatabase/turso/issues/4652",
    mode: "sync",
    edits: [
      {
        file: "wal.ts",
        find: `      const lsn = this.#tail.putCheckpoint();
      this.#tail.barrier();`,
        replace: `      const lsn = this.#tail.putCheckpoint();
      this.#tail.write();`,
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [append, append, { kind: "checkpoint" }, { kind: "truncate" }],
      options: ONE_RECORD,
      keep: "floor",
      after: "last-acknowledgement",
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "life-not-durable",
    summary:
      "A new life's segment gets its name durable with the first barrier only: LSNs are given twice.",
    reference:
      "Oxia kept a new epoch in memory, so that a restart went on with the one before: https://github.com/oxia-db/oxia/pull/87",
    mode: "flush",
    edits: [
      {
        file: "create-segment.ts",
        find: "    storage.syncDirectory(directory);\n    return file;",
        replace: "    return file;",
      },
      {
        file: "log-tail.ts",
        find: "    this.#syncedIndex = lastIndex;",
        replace: `    this.#start.storage.syncDirectory(this.#start.directory);
    this.#syncedIndex = lastIndex;`,
      },
    ],
    convictedBy: {
      kind: "chain",
      steps: [
        { kind: "life", operations: [append] },
        { kind: "power", keep: "floor" },
        { kind: "recover" },
        { kind: "life", operations: [append] },
        { kind: "kill" },
        { kind: "recover" },
      ],
      guarantee: "lsn-order",
    },
  },
];
