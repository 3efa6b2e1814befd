// Planted bugs in recovery: what it reads, what it cuts, what it leaves behind.
import type { PlantedBug } from "./planted-bug.ts";

/** Recovery leaves the tail where it is. */
const TAIL_NOT_CUT = {
  file: "repair.ts",
  find: "    storage.truncate(file, scan.stop.offset);\n",
  replace: "",
};

export const recoveryBugs: readonly PlantedBug[] = [
  {
    name: "torn-tail-kept",
    summary:
      "Recovery leaves the torn tail in place; once a new segment follows, it reads as damage.",
    reference:
      "Neo4j left a partial log entry in place and appended behind it, so the next recovery failed: https://github.com/neo4j/neo4j/pull/8726",
    mode: "sync",
    edits: [TAIL_NOT_CUT],
    convictedBy: { kind: "kill", guarantees: ["recovery-succeeds", "writable-after-recovery"] },
  },
  {
    name: "stale-tail-returns",
    summary:
      "The tail is not cut, and what is closed counts as complete: a batch that recovery dropped comes back after the next append.",
    reference:
      "Entries that etcd had dropped can come back after a restart, because its reader passes over a truncation: https://github.com/etcd-io/etcd/issues/22442",
    mode: "sync",
    edits: [
      TAIL_NOT_CUT,
      {
        file: "recover.ts",
        find: "    refuseGarbage(window, name, next.value);",
        replace: `    if (segment !== log.segments.at(-1)) {
      for (const record of next.value.pending ?? []) {
        yield { lsn: makeLsn(header.life, record.index), payload: record.payload };
      }
    }`,
      },
      {
        file: "recover.ts",
        find: "yield* readSegment(storage, directory, segment);",
        replace: "yield* readSegment(storage, directory, segment, log);",
      },
      {
        file: "recover.ts",
        find: "  segment: Segment,\n): Generator<WalRecord, Lsn> {",
        replace: "  segment: Segment,\n  log: RepairedLog,\n): Generator<WalRecord, Lsn> {",
      },
      {
        file: "record-reader.ts",
        find: "uncommitted(batch[0], record);",
        replace: "{ ...uncommitted(batch[0], record), pending: batch };",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-returns", "batch-whole"] },
  },
  {
    name: "lsn-reused",
    summary:
      "An open does not begin a new life: LSNs that were acknowledged and lost are given again.",
    reference:
      "RocksDB's recovery counted sequence numbers anew and came to smaller ones than were given: https://github.com/facebook/rocksdb/pull/1350",
    mode: "none",
    edits: [
      {
        file: "open-wal.ts",
        find: "const life = (repaired.segments.at(-1)?.header.life ?? 0) + 1;",
        replace: "const life = 1;",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["lsn-order", "recovery-succeeds"] },
  },
  {
    name: "last-record-dropped",
    summary: "Recovery stops one record early: it hands out what has a successor.",
    reference:
      "FOEDUS stopped reading where a record ended exactly with the read buffer: https://github.com/HewlettPackard/foedus_code/issues/100",
    mode: "sync",
    edits: [
      {
        file: "recover.ts",
        find: `if (unit.kind !== "checkpoint") {`,
        replace: `if (unit.kind !== "checkpoint" && unit.end < window.size) {`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost"] },
  },
  {
    name: "recovery-not-repeatable",
    summary: "Recovery removes a segment once it has handed out its records.",
    reference:
      "sled zeroed segments during recovery before what replaced them was durable: https://github.com/spacejam/sled/issues/851",
    mode: "flush",
    edits: [
      {
        file: "recover.ts",
        find: "    lastLsn = yield* readSegment(storage, directory, segment);\n  }\n",
        replace: `    lastLsn = yield* readSegment(storage, directory, segment);
  }
  const [oldest] = log.segments;
  if (oldest !== undefined) {
    storage.remove(\`\${directory}/\${oldest.name}\`);
    storage.syncDirectory(directory);
  }
`,
      },
    ],
    convictedBy: {
      kind: "kill",
      guarantees: ["recovery-repeatable", "nothing-lost", "recovery-succeeds"],
    },
  },
  {
    name: "header-only-segment-refused",
    summary: "Recovery refuses a segment that has a header and no record yet.",
    reference:
      "RabbitMQ's Ra could not start when a crash had left a log file without records: https://github.com/rabbitmq/ra/issues/165",
    mode: "none",
    edits: [
      {
        file: "recover.ts",
        find: "    refuseGarbage(window, name, next.value);",
        replace: `    if (lastLsn === header.previousLsn) {
      throw new Error("the segment holds no record");
    }`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["recovery-succeeds"] },
  },
  {
    name: "recovery-never-syncs",
    summary: "Recovery reports records that were in the page cache only, and syncs nothing.",
    reference:
      "After a failed fsync a restart reads, and reports, pages that the disk does not have: Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020: https://www.usenix.org/conference/atc20/presentation/rebello",
    mode: "flush",
    edits: [
      { file: "repair.ts", find: "  rewriteUnproven(work, scan);\n", replace: "" },
      {
        file: "repair.ts",
        find: "  storage.sync(file);\n  storage.sync",
        replace: "  storage.sync",
      },
    ],
    convictedBy: {
      kind: "crash-state",
      operations: [
        { kind: "append", size: 40 },
        { kind: "append", size: 40 },
      ],
      keep: "floor",
      after: "recovery",
      guarantee: "nothing-lost",
    },
  },
];
