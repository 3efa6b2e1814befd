// One short, fixed workload for our log that meets every edge: what exhaustive kills rest on.
import type { Operation, Workload } from "../../harness/workload.ts";
import type { LogMode } from "../wal-promise.ts";

/** N of mode `batch` on the tour. */
const TOUR_BATCH_SYNC_COUNT = 3;

/** With its header a record takes 56 bytes; three just fill the buffer. */
const RECORD_BYTES = 32;
const BUFFER_BYTES = 168;

/** A header and ten records take 616 bytes, so that 24 are left for a checkpoint to fill. */
const SEGMENT_BYTES = 640;

const append: Operation = { kind: "append", size: RECORD_BYTES };

/**
 * N-1, N and N+1 appends before a barrier; a rotation between a checkpoint and a truncation, then one
 * that has something to drop; a batch that spills behind a record.
 */
const FIRST_LIFE: readonly Operation[] = [
  append,
  append,
  { kind: "batch", sizes: [10, 20] },
  append,
  append,
  { kind: "checkpoint" },
  append,
  append,
  append,
  append,
  append,
  { kind: "truncate" },
  { kind: "checkpoint" },
  { kind: "truncate" },
  append,
  { kind: "batch", sizes: [60, 60, 60] },
  append,
  { kind: "append", size: 0 },
];

/** A segment filled to its last byte, a reopen, a batch over a segment's size, an empty one. */
const SECOND_LIFE: readonly Operation[] = [
  append,
  { kind: "sync" },
  { kind: "append", size: 200 },
  { kind: "checkpoint" },
  append,
  append,
  append,
  append,
  append,
  append,
  { kind: "reopen" },
  append,
  { kind: "batch", sizes: [150, 150, 150, 150] },
  { kind: "batch", sizes: [] },
  append,
  append,
];

/** The tour in this mode; the seed makes the payloads. */
export function walTour(mode: LogMode, seed: number): Workload {
  const counted = mode === "batch" ? { batchSyncCount: TOUR_BATCH_SYNC_COUNT } : {};
  return {
    seed,
    options: { segmentBytes: SEGMENT_BYTES, bufferBytes: BUFFER_BYTES, ...counted },
    lives: [FIRST_LIFE, SECOND_LIFE],
  };
}
