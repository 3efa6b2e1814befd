// Variants of our log that differ from it and keep its promises: what a claim is held against.
import type { SourceEdit } from "./planted-bug.ts";

export interface SoundVariant {
  readonly name: string;
  readonly summary: string;
  readonly edits: readonly SourceEdit[];
}

export const soundVariants: readonly SoundVariant[] = [
  {
    name: "counter-not-reset-by-sync",
    summary: "Mode batch: only the sync at N resets the counter, no other barrier does.",
    edits: [
      { file: "log-tail.ts", find: "    this.#unsyncedAppends = 0;\n  }", replace: "  }" },
      {
        file: "wal.ts",
        // It counts on, so every N appends are a multiple of N.
        find: "if (this.#tail.unsyncedAppends >= batchSyncCount) {",
        replace: "if (this.#tail.unsyncedAppends % batchSyncCount === 0) {",
      },
    ],
  },
  {
    name: "batch-writes-each-record",
    summary: "Mode batch: each record is written to the kernel at once, and synced at N as before.",
    edits: [
      {
        file: "wal.ts",
        find: "        if (this.#tail.unsyncedAppends >= batchSyncCount) {",
        replace: `        this.#tail.write();
        if (this.#tail.unsyncedAppends >= batchSyncCount) {`,
      },
    ],
  },
];
