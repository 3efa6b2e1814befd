// Scenarios of the two stores that never sync what they append: what they promise, what is believed of
// them, and how they are mended.
import * as fc from "fast-check";
import type { StorePromise } from "../harness/guarantees/guarantee.ts";
import type { Scenario } from "../harness/scenario.ts";
import type { Workload } from "../harness/workload.ts";
import { workloadArbitrary } from "../harness/workload-arbitraries.ts";
import type { EventMode } from "./subjects/event-store.ts";
import { type LsmMode, MEMTABLE_BYTES } from "./subjects/lsm-store.ts";

/** What a store without an fsync can promise: the kernel has what was acknowledged. */
const UNSYNCED: StorePromise = {
  kill: { records: 0 },
  power: "since-barrier",
  barriers: [],
  batchesAtomic: true,
  ordered: true,
  lsns: false,
};

/** What its users take an acknowledgement for. */
const DURABLE: StorePromise = {
  ...UNSYNCED,
  power: { records: 0 },
  barriers: ["append", "batch", "close"],
};

/** The base64 text of so many bytes, with the rest of its line, takes about one page. */
const PAGE_OF_TEXT_BYTES = 3000;

const LSM_WORKLOADS = workloads({ checkpoint: 1, sizeEdges: [MEMTABLE_BYTES] });
const EVENT_WORKLOADS = workloads({ checkpoint: 0, sizeEdges: [PAGE_OF_TEXT_BYTES] });

function workloads(shape: {
  readonly checkpoint: number;
  readonly sizeEdges: readonly number[];
}): fc.Arbitrary<Workload> {
  return workloadArbitrary({
    lives: { min: 1, max: 3 },
    operations: { min: 8, max: 60 },
    weights: {
      append: 12,
      batch: 4,
      checkpoint: shape.checkpoint,
      sync: 0,
      truncate: 0,
      reopen: 1,
    },
    options: fc.constant({}),
    sizeEdges: () => shape.sizeEdges,
    countEdges: () => [],
  });
}

type Varying = Pick<Scenario, "name" | "title" | "subject" | "workloads"> & {
  readonly mode: LsmMode | EventMode;
  readonly promise: StorePromise;
};

function scenario({ promise, ...varying }: Varying): Scenario {
  return {
    ...varying,
    promise: () => promise,
    faults: ["kill", "power"],
    requiredStrata: ["append", "batch", "recovery"],
    usesStoragePort: true,
    inGate: false,
  };
}

const lsm = { subject: { module: "ackproof:lsm" }, workloads: LSM_WORKLOADS };
const events = { subject: { module: "ackproof:events" }, workloads: EVENT_WORKLOADS };
const writingEach = { module: "ackproof:events", options: { writeEach: true } };

export const originScenarios: readonly Scenario[] = [
  scenario({
    ...lsm,
    name: "lsm/flush",
    title: "an LSM store whose log is never synced: a power cut may lose what is in no table",
    mode: "flush",
    promise: { ...UNSYNCED, barriers: ["checkpoint"] },
  }),
  scenario({
    ...lsm,
    name: "lsm/believed-durable",
    title: "the same store, believed durable when it acknowledges; a power cut shows otherwise",
    mode: "flush",
    promise: { ...DURABLE, barriers: [...DURABLE.barriers, "checkpoint"] },
  }),
  scenario({
    ...lsm,
    name: "lsm/sync",
    title: "the same store, mended: its log is synced before it acknowledges",
    mode: "sync",
    promise: { ...DURABLE, barriers: [...DURABLE.barriers, "checkpoint"] },
  }),
  scenario({
    ...events,
    name: "events/flush",
    title: "JSON lines that are never synced: a power cut may lose all since the store was opened",
    mode: "flush",
    promise: { ...UNSYNCED, batchesAtomic: false },
  }),
  scenario({
    ...events,
    name: "events/believed-durable",
    title: "the same store, believed durable when it acknowledges; a power cut shows otherwise",
    mode: "flush",
    promise: { ...DURABLE, batchesAtomic: false },
  }),
  scenario({
    ...events,
    name: "events/believed-atomic",
    title:
      "the same store with a write for each line, its batches believed whole; a kill shows otherwise",
    subject: writingEach,
    mode: "flush",
    promise: UNSYNCED,
  }),
  scenario({
    ...events,
    name: "events/sync",
    title: "the same store, mended: synced before it acknowledges; its batches may still be torn",
    mode: "sync",
    promise: { ...DURABLE, batchesAtomic: false },
  }),
];
