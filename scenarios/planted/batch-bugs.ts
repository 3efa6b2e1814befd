// Planted bugs in batches and checkpoints: what is all or nothing, and what is a barrier.
import type { PlantedBug } from "./planted-bug.ts";

/** The reader takes a member for a record of its own, and a COMMIT for a mark without meaning. */
const MEMBERS_COUNT_ALONE = [
  {
    file: "record-reader.ts",
    find: "if (record.type === RecordType.member) {",
    replace: "if (record.type === 0) {",
  },
  {
    file: "record-reader.ts",
    find: "    ? first !== undefined && commits(record.payload, batch.length, first.index)\n",
    replace: "    ? true || commits(record.payload, batch.length, first?.index ?? 0)\n",
  },
];

export const batchBugs: readonly PlantedBug[] = [
  {
    name: "commit-before-records",
    summary: "COMMIT is written before the records that it commits, and recovery believes it.",
    reference:
      "libsql's replication log could have its frame count on disk before the frames: https://github.com/tursodatabase/libsql/pull/2200",
    mode: "batch",
    edits: [
      ...MEMBERS_COUNT_ALONE,
      {
        file: "log-tail.ts",
        find: `    const lsns = payloads.map((payload) => this.#put(RecordType.member, payload));
    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex));
    return lsns;`,
        replace: `    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex + 1));
    return payloads.map((payload) => this.#put(RecordType.member, payload));`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["batch-whole"] },
  },
  {
    name: "uncommitted-batch-kept",
    summary: "Recovery hands out the records of a batch that has no COMMIT.",
    reference:
      "ArcadeDB's recovery could replay part of a transaction that had failed after its append to the log: https://github.com/ArcadeData/arcadedb/issues/4936",
    mode: "sync",
    edits: MEMBERS_COUNT_ALONE,
    convictedBy: { kind: "kill", guarantees: ["batch-whole"] },
  },
  {
    name: "batch-not-a-barrier",
    summary: "A batch is acknowledged from the process buffer in the modes that do not sync.",
    reference:
      "Turso asked the flag of the commit before, so some commits at synchronous=FULL returned unsynced: https://github.com/tursodatabase/turso/pull/8172",
    mode: "none",
    edits: [
      {
        file: "wal.ts",
        find: `      const lsns = this.#tail.putBatch(payloads);
      this.#tail.barrier();`,
        replace: `      const lsns = this.#tail.putBatch(payloads);
      this.#settleAppend();`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost"] },
  },
  {
    name: "checkpoint-not-a-barrier",
    summary: "A checkpoint is acknowledged while it and what it covers are in the process buffer.",
    reference:
      "Turso's checkpoint of a part of the frames did not sync the database file: https://github.com/tursodatabase/turso/issues/2607",
    mode: "batch",
    edits: [
      {
        file: "wal.ts",
        find: `      const lsn = this.#tail.putCheckpoint();
      this.#tail.barrier();`,
        replace: "      const lsn = this.#tail.putCheckpoint();",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost"] },
  },
];
