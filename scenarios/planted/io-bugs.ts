// Planted bugs in what the log does when a call of the disk fails.
import type { PlantedBug } from "./planted-bug.ts";

/** Where a segment is synced. */
const SYNC = "    this.write();\n    this.#storage.syncData(this.#file);";

/** What a record breaks that was acknowledged and is gone, or should not have been acknowledged. */
const LOST = ["nothing-lost", "stops-after-error"];

export const ioBugs: readonly PlantedBug[] = [
  {
    name: "sync-error-swallowed",
    summary: "A sync that fails is passed over: what it should have made durable is acknowledged.",
    reference:
      "Redis did not look at what fsync returned: https://github.com/redis/redis/issues/8111",
    mode: "sync",
    edits: [
      {
        file: "segment-writer.ts",
        find: SYNC,
        replace: `    this.write();
    try {
      this.#storage.syncData(this.#file);
    } catch {}`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: LOST },
  },
  {
    name: "sync-retried-and-believed",
    summary:
      "A sync that fails is tried once more and believed, though the pages are clean by then.",
    reference:
      "PostgreSQL retried the fsync of a checkpoint, which succeeded because the first one had cleared the error: https://danluu.com/fsyncgate/",
    mode: "sync",
    edits: [
      {
        file: "segment-writer.ts",
        find: SYNC,
        replace: `    this.write();
    try {
      this.#storage.syncData(this.#file);
    } catch {
      this.#storage.syncData(this.#file);
    }`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: LOST },
  },
  {
    name: "acknowledged-after-failure",
    summary: "A failed write or sync fails its own call, and the next one is accepted.",
    reference:
      "CockroachDB could sync its log after a sync had failed, and acknowledged what recovery no longer reached: https://github.com/cockroachdb/cockroach/pull/37216",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: `  accept(records: number): void {
    this.refusePoisoned();
`,
        replace: `  accept(records: number): void {
`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: LOST },
  },
  {
    name: "half-written-record-left",
    summary:
      "Behind a full disk the log goes on where the failed write would have ended: half a record stays in its middle.",
    reference:
      "rocksdb-js left the bytes of an append that failed half-way, and the next one landed behind them, where no reader comes: https://github.com/HarperFast/rocksdb-js/issues/748",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "    if (this.#failure !== undefined) {\n      throw poisoned(this.#failure);",
        replace: `    if (this.#failure !== undefined && this.#failure.code !== "ENOSPC") {
      throw poisoned(this.#failure);`,
      },
      {
        file: "segment-writer.ts",
        find: `    writeAll(this.#storage, this.#file, { bytes, position: this.#position });
    this.#position += bytes.length;`,
        replace: `    const position = this.#position;
    this.#position += bytes.length;
    this.#buffered = 0;
    writeAll(this.#storage, this.#file, { bytes, position });`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: LOST },
  },
  {
    name: "error-told-once",
    summary: "The call that follows a failure is refused, and then the failure is forgotten.",
    reference:
      "YugabyteDB's log clears what it has to sync before the sync, and after one that fails takes itself for synced: https://github.com/yugabyte/yugabyte-db/issues/33816",
    mode: "sync",
    edits: [
      {
        file: "log-tail.ts",
        find: "    if (this.#failure !== undefined) {\n      throw poisoned(this.#failure);",
        replace: `    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw poisoned(failure);`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: LOST },
  },
  {
    name: "recovery-trusts-page-cache",
    summary:
      "Recovery syncs what it has read and does not write it again: after a failed sync that is in memory only.",
    reference:
      'Pages are clean after a failed fsync and may still be read: databases that were restarted believed them. Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020: https://www.usenix.org/conference/atc20/presentation/rebello',
    mode: "sync",
    edits: [{ file: "repair.ts", find: "  rewriteUnproven(work, scan);\n", replace: "" }],
    convictedBy: {
      kind: "drawn",
      fault: "io-error",
      guarantees: ["nothing-lost", "recovery-succeeds"],
    },
  },
];
