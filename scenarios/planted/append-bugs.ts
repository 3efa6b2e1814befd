// Planted bugs in what an append does before it is acknowledged.
import type { PlantedBug } from "./planted-bug.ts";

export const appendBugs: readonly PlantedBug[] = [
  {
    name: "ack-before-write",
    summary:
      "A record is acknowledged while it is in the process buffer; the next append syncs it.",
    reference:
      "etcd answered a put while its entry was still being saved to the log, in a cluster of one member: https://github.com/etcd-io/etcd/issues/14370",
    mode: "sync",
    edits: [
      {
        file: "wal.ts",
        find: `      const lsn = this.#tail.putSingle(payload);
      this.#settleAppend();
      return lsn;`,
        replace: `      this.#settleAppend();
      return this.#tail.putSingle(payload);`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost"] },
  },
  {
    name: "batch-syncs-at-n-plus-1",
    summary: "The counter is compared with > where >= is meant: N appends wait for a sync.",
    reference:
      "The class is one record late. YugabyteDB looks at its sync interval when a record comes, so the last one may wait unsynced for the next: https://github.com/yugabyte/yugabyte-db/issues/25239",
    mode: "batch",
    edits: [
      {
        file: "wal.ts",
        find: "this.#tail.unsyncedAppends >= batchSyncCount",
        replace: "this.#tail.unsyncedAppends > batchSyncCount",
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["loss-within-allowance"] },
  },
  {
    name: "cadence-drifts",
    summary: "The sync at N forgets to reset the counter, which never equals N again.",
    reference:
      "CockroachDB's log daemon kept the flag false that should have asked for a sync every interval: https://github.com/cockroachdb/cockroach/pull/93956",
    mode: "batch",
    edits: [
      {
        file: "wal.ts",
        find: "this.#tail.unsyncedAppends >= batchSyncCount",
        replace: "this.#tail.unsyncedAppends === batchSyncCount",
      },
      { file: "log-tail.ts", find: "    this.#unsyncedAppends = 0;\n  }", replace: "  }" },
    ],
    convictedBy: { kind: "kill", guarantees: ["loss-within-allowance"] },
  },
  {
    name: "flush-acks-from-buffer",
    summary: "Mode flush acknowledges a record that is still in the process buffer.",
    reference:
      "InfluxDB's index log wrote through a buffer in the process and lost up to 4 KiB when it was killed: https://github.com/influxdata/influxdb/issues/10027",
    mode: "flush",
    edits: [
      {
        file: "wal.ts",
        find: `        this.#tail.write();
        break;
      case "none":
        break;`,
        replace: `        break;
      case "none":
        break;`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["loss-within-allowance"] },
  },
  {
    name: "spill-loses-record",
    summary: "A record that just fills the buffer makes it spill, and is forgotten.",
    reference:
      "Ladybug's log dropped what its 4 KiB buffer held when a record did not fit: https://github.com/LadybugDB/ladybug/pull/959",
    mode: "none",
    edits: [
      {
        file: "segment-writer.ts",
        find: `    if (length > this.#buffer.length - this.#buffered) {
      this.write();
    }`,
        replace: `    const room = this.#buffer.length - this.#buffered;
    if (length >= room) {
      this.write();
    }
    if (length === room) {
      return;
    }`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost", "recovery-succeeds"] },
  },
  {
    name: "close-forgets-buffer",
    summary: "A clean close in a mode without syncs drops what is in the process buffer.",
    reference:
      "RocksDB did not sync its log on Close, and the mend missed what the writer's buffer still held: https://github.com/facebook/rocksdb/pull/12684",
    mode: "none",
    edits: [
      {
        file: "wal.ts",
        find: `      case "flush":
      case "none":
        this.#tail.write();
        break;`,
        replace: `      case "flush":
      case "none":
        break;`,
      },
    ],
    convictedBy: { kind: "kill", guarantees: ["nothing-lost"] },
  },
];
