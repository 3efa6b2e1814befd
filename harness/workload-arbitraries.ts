// Workloads, drawn: fast-check arbitraries that lean towards the edges where stores break.
import * as fc from "fast-check";
import type { Operation, OperationKind, Workload } from "./workload.ts";

/** What a trial opens its store with. */
export type WorkloadOptions = Workload["options"];

/** Both ends belong to it. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a scenario's workloads look like. */
export interface WorkloadShape {
  readonly lives: Range;
  /** Operations in one life. */
  readonly operations: Range;
  /** How often a kind is drawn, beside the others; an `append` is a run of them. 0 leaves it out. */
  readonly weights: { readonly [K in OperationKind]: number };
  /** Drawn together with the operations, so that both shrink together. */
  readonly options: fc.Arbitrary<WorkloadOptions>;
  /** Operations in flight at once, from 1 to 256; one after the other where it is left out. */
  readonly concurrency?: Range;
  /** No payload is smaller, in bytes; 0 where it is left out. */
  readonly leastSize?: number;
  /** Sizes in bytes at which the store changes its course: its segment, its buffer, its limit. */
  sizeEdges(options: WorkloadOptions): readonly number[];
  /** Numbers of appends at which it does, such as the appends of one sync. */
  countEdges(options: WorkloadOptions): readonly number[];
}

/** Payloads that no edge asks for stay below this size: bytes alone prove little. */
const SMALL_SIZE_MAX = 64;

/** Runs of appends that no edge asks for stay this short, so that many shapes fit into a life. */
const SHORT_RUN_MAX = 4;

/** Phrases in one life, before the cut to its number of operations. */
const PHRASES_MAX = 24;

/** Records in one batch: a batch larger than a segment is made of large records. */
const BATCH_RECORDS_MAX = 64;

/** So many callers are drawn most often: a store alone, a leader with one follower, with two. */
const FEW_CALLERS_MAX = 3;

/** Numbers of callers at which groups, buffers and thread pools change, and one more than those. */
const CALLER_EDGES = [4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 100, 128, 129, 255, 256];

const KINDS: readonly OperationKind[] = [
  "append",
  "batch",
  "checkpoint",
  "sync",
  "truncate",
  "reopen",
];

/** A count from 1 to `max`: mostly 1 to 8, where edges are met often, seldom more. */
export function countArbitrary(max: number): fc.Arbitrary<number> {
  const small = fc.integer({ min: 1, max: Math.min(8, max) });
  return fc.oneof({ weight: 5, arbitrary: small }, fc.integer({ min: 1, max }));
}

/** Workloads of this shape. */
export function workloadArbitrary(shape: WorkloadShape): fc.Arbitrary<Workload> {
  return shape.options.chain((options) => {
    const life = lifeArbitrary(shape, options);
    const { concurrency } = shape;
    return fc.record({
      seed: fc.noBias(fc.nat({ max: 2 ** 32 - 1 })),
      options: fc.constant(options),
      lives: fc.array(life, { minLength: shape.lives.min, maxLength: shape.lives.max }),
      ...(concurrency === undefined ? {} : { concurrency: callersArbitrary(concurrency) }),
    });
  });
}

/** Operations in flight: few, as many as the range has, a number where stores change, or any. */
function callersArbitrary({ min, max }: Range): fc.Arbitrary<number> {
  const few = fc.integer({ min, max: Math.max(min, Math.min(FEW_CALLERS_MAX, max)) });
  const edges = [...CALLER_EDGES.filter((edge) => edge >= min && edge <= max), max];
  return fc.oneof(
    // What is drawn by another is made smaller by the first, down to the fewest.
    { withCrossShrink: true },
    { weight: 6, arbitrary: few },
    { weight: 2, arbitrary: fc.constantFrom(...edges) },
    { weight: 1, arbitrary: fc.integer({ min, max }) },
  );
}

/** The workload of a trial: the same seed draws the same one. */
export function sampleWorkload(workloads: fc.Arbitrary<Workload>, seed: number): Workload {
  const [workload] = fc.sample(workloads, { seed, numRuns: 1 });
  if (workload === undefined) {
    // fast-check gives as many values as it is asked for; only the types leave room for none.
    throw new RangeError("the arbitrary drew no workload");
  }
  return workload;
}

/** One life: phrases in a row, cut to the longest life, filled up to the shortest with appends. */
function lifeArbitrary(
  shape: WorkloadShape,
  options: WorkloadOptions,
): fc.Arbitrary<readonly Operation[]> {
  const { min, max } = shape.operations;
  const size = sizeArbitrary(shape.sizeEdges(options));
  const phrases = fc.array(phraseArbitrary(shape, options), {
    minLength: Math.min(1, max),
    maxLength: Math.min(PHRASES_MAX, max),
  });
  const filling = fc.array(size, { minLength: min, maxLength: min });
  return fc.tuple(phrases, filling).map(([drawn, sizes]) => {
    const operations = drawn.flat().slice(0, max);
    const missing = Math.max(0, min - operations.length);
    const filled = [...operations, ...sizes.slice(0, missing).map(append)];
    return filled.map((operation) => enlarged(operation, shape.leastSize ?? 0));
  });
}

/** A run of appends, or one other operation. */
function phraseArbitrary(
  shape: WorkloadShape,
  options: WorkloadOptions,
): fc.Arbitrary<readonly Operation[]> {
  const edges = shape.sizeEdges(options);
  const size = sizeArbitrary(edges);
  const phrases: { readonly [K in OperationKind]: fc.Arbitrary<readonly Operation[]> } = {
    append: runArbitrary(shape.countEdges(options), size),
    batch: single(batchArbitrary(edges, size)),
    checkpoint: single(fc.constant<Operation>({ kind: "checkpoint" })),
    sync: single(fc.constant<Operation>({ kind: "sync" })),
    truncate: single(fc.constant<Operation>({ kind: "truncate" })),
    reopen: single(fc.constant<Operation>({ kind: "reopen" })),
  };
  const drawn = KINDS.filter((kind) => shape.weights[kind] > 0);
  return fc.oneof(
    ...drawn.map((kind) => ({ weight: shape.weights[kind], arbitrary: phrases[kind] })),
  );
}

function single(operations: fc.Arbitrary<Operation>): fc.Arbitrary<readonly Operation[]> {
  return operations.map((operation) => [operation]);
}

function enlarged(operation: Operation, least: number): Operation {
  switch (operation.kind) {
    case "append":
      return append(Math.max(operation.size, least));
    case "batch":
      return { kind: "batch", sizes: operation.sizes.map((size) => Math.max(size, least)) };
    case "checkpoint":
    case "sync":
    case "truncate":
    case "reopen":
      return operation;
  }
}

function append(size: number): Operation {
  return { kind: "append", size };
}

/** A run of appends: short, or one less, as many, or one more than an edge. */
function runArbitrary(
  countEdges: readonly number[],
  size: fc.Arbitrary<number>,
): fc.Arbitrary<readonly Operation[]> {
  const short = fc.integer({ min: 1, max: SHORT_RUN_MAX });
  const around = aroundEdges(countEdges, 1);
  const length = around.length === 0 ? short : fc.oneof(short, fc.constantFrom(...around));
  return length.chain((count) =>
    fc.array(size.map(append), { minLength: count, maxLength: count }),
  );
}

/** Payload sizes: empty, tiny (shorter than their tag), small, and around each edge. */
function sizeArbitrary(edges: readonly number[]): fc.Arbitrary<number> {
  const small = { weight: 12, arbitrary: fc.nat({ max: SMALL_SIZE_MAX }) };
  const tiny = { weight: 3, arbitrary: fc.constantFrom(0, 1, 2) };
  const around = aroundEdges(edges, 0);
  return around.length === 0
    ? fc.oneof(small, tiny)
    : fc.oneof(small, tiny, { weight: 2, arbitrary: fc.constantFrom(...around) });
}

/** A batch: empty, of one record, of a few, or larger than the largest edge as a whole. */
function batchArbitrary(
  edges: readonly number[],
  size: fc.Arbitrary<number>,
): fc.Arbitrary<Operation> {
  const small = fc.nat({ max: SMALL_SIZE_MAX });
  const few = { weight: 6, arbitrary: fc.array(small, { minLength: 2, maxLength: 6 }) };
  const rest = [fc.constant<number[]>([]), size.map((one) => [one]), ...largeBatches(edges)];
  return fc.oneof(few, ...rest).map((sizes) => ({ kind: "batch", sizes }));
}

/** Batches of equal records, each as large as an edge, that are together just over the largest. */
function largeBatches(edges: readonly number[]): fc.Arbitrary<number[]>[] {
  const largest = Math.max(0, ...edges);
  return edges
    .filter((edge) => edge > 0 && largest / edge < BATCH_RECORDS_MAX)
    .map((edge) => fc.constant(Array.from({ length: Math.floor(largest / edge) + 1 }, () => edge)));
}

/** One less than each edge, the edge, and one more, where not below `min`. */
function aroundEdges(edges: readonly number[], min: number): number[] {
  return edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((value) => value >= min);
}
