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
      { file: "wal.ts", find: "    this.#unsyncedAppends = 0;\n  }", replace: "  }" },
      {
        file: "wal.ts",
        find: `        if (this.#unsyncedAppends >= batchSyncCount) {
          this.#barrier();`,
        replace: `        if (this.#unsyncedAppends >= batchSyncCount) {
          this.#unsyncedAppends = 0;
          this.#barrier();`,
      },
    ],
  },
  {
    name: "batch-writes-each-record",
    summary: "Mode batch: each record is written to the kernel at once, and synced at N as before.",
    edits: [
      {
        file: "wal.ts",
        find: "        if (this.#unsyncedAppends >= batchSyncCount) {",
        replace: `        this.#writer.write();
        if (this.#unsyncedAppends >= batchSyncCount) {`,
      },
    ],
  },
];
