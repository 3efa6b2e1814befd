// Workloads for our log: small segments and buffers, so that a short life meets every edge.
import * as fc from "fast-check";
import type { Operation, Workload } from "../../harness/workload.ts";
import {
  countArbitrary,
  type WorkloadOptions,
  workloadArbitrary,
} from "../../harness/workload-arbitraries.ts";
import type { LogMode } from "../wal-promise.ts";

/** Bytes that the format adds to a payload. */
const RECORD_HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 56;
/** What a disk writes whole. */
const SECTOR_BYTES = 512;

/** A limit that no workload meets. */
const LARGE_RECORD_BYTES = 2 ** 20;

/** Edges above this are passed over: a life of large records is a slow one. */
const EDGE_BYTES_MAX = 4096;

/** N of mode `batch`: mostly small, so that its edge is met often. */
const BATCH_SYNC_COUNT_MAX = 40;

/** Records of a repeated life, behind its first: a few sectors are enough for one to be old. */
const REPEATED_RECORDS_MAX = 12;

/** Callers of mode `group` at once. */
const CALLERS = { min: 1, max: 256 };

/** A segment that such a life does not fill and that grows with it: its sectors were never synced. */
const ONE_GROWING_SEGMENT = {
  segmentBytes: 65_536,
  recordBytesMax: LARGE_RECORD_BYTES,
  preallocate: false,
};

/** A workload for a mode, with the options that the log is opened with. */
export function walWorkloads(mode: LogMode): fc.Arbitrary<Workload> {
  return fc.oneof(
    { weight: 9, arbitrary: anyWorkload(mode) },
    { weight: 1, arbitrary: repeatedLives(mode) },
  );
}

/**
 * Lives that do the same, in records that end where sectors do: what an earlier segment had in a
 * sector goes on where the new one's whole records end, and only a checksum tells them apart.
 */
function repeatedLives(mode: LogMode): fc.Arbitrary<Workload> {
  const records = fc.integer({ min: 2, max: REPEATED_RECORDS_MAX });
  return fc.record({
    seed: fc.noBias(fc.nat({ max: 2 ** 32 - 1 })),
    options: optionsArbitrary(mode).map((drawn) => ({ ...drawn, ...ONE_GROWING_SEGMENT })),
    lives: fc.tuple(fc.integer({ min: 2, max: 3 }), records).map(([lives, count]) => {
      const rest = Array.from({ length: count }, () => recordOf(SECTOR_BYTES));
      const life = [recordOf(SECTOR_BYTES - SEGMENT_HEADER_BYTES), ...rest];
      return Array.from({ length: lives }, () => life);
    }),
  });
}

/** An append that takes so many bytes of the segment. */
function recordOf(bytes: number): Operation {
  return { kind: "append", size: bytes - RECORD_HEADER_BYTES };
}

function anyWorkload(mode: LogMode): fc.Arbitrary<Workload> {
  return workloadArbitrary({
    lives: { min: 1, max: 3 },
    operations: { min: 12, max: 120 },
    weights: { append: 12, batch: 3, checkpoint: 2, sync: 1, truncate: 1, reopen: 1 },
    options: optionsArbitrary(mode),
    ...(mode === "group" ? { concurrency: CALLERS } : {}),
    sizeEdges,
    countEdges,
  });
}

function optionsArbitrary(mode: LogMode): fc.Arbitrary<WorkloadOptions> {
  const common = {
    segmentBytes: fc.constantFrom(256, 1024, 4096, 65_536),
    bufferBytes: fc.constantFrom(64, 256, 1024, 8192),
    recordBytesMax: fc.oneof(
      { weight: 3, arbitrary: fc.constant(LARGE_RECORD_BYTES) },
      { weight: 1, arbitrary: fc.constantFrom(100, 300) },
    ),
    preallocate: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  };
  switch (mode) {
    case "batch":
      return fc.record({ ...common, batchSyncCount: countArbitrary(BATCH_SYNC_COUNT_MAX) });
    case "group":
      return fc
        .tuple(fc.record(common), delayArbitrary())
        .map(([drawn, delay]) => ({ ...drawn, ...delay }));
    case "sync":
    case "none":
    case "flush":
      return fc.record(common);
  }
}

/** How long a leader waits for others: not at all, as PostgreSQL does, or as MySQL does. */
function delayArbitrary(): fc.Arbitrary<WorkloadOptions> {
  const micros = fc.constantFrom(1, 20, 200);
  return fc.oneof(
    fc.constant({}),
    fc.record({ commitDelayMicros: micros, commitSiblings: fc.nat({ max: 5 }) }),
    fc.record({ syncDelayMicros: micros, syncNoDelayCount: fc.nat({ max: 5 }) }),
  );
}

/** Payloads that just fill the buffer or a segment, or are the largest that a record may have. */
function sizeEdges(options: WorkloadOptions): number[] {
  return [
    Number(options["bufferBytes"]) - RECORD_HEADER_BYTES,
    Number(options["segmentBytes"]) - SEGMENT_HEADER_BYTES - RECORD_HEADER_BYTES,
    Number(options["recordBytesMax"]),
  ].filter((size) => size <= EDGE_BYTES_MAX);
}

function countEdges(options: WorkloadOptions): number[] {
  return options["batchSyncCount"] === undefined ? [] : [Number(options["batchSyncCount"])];
}
