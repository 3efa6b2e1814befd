// Tests of the drawn workloads: repeatable, in their limits, and at the edges often enough.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation, Workload } from "./workload.ts";
import {
  countArbitrary,
  sampleWorkload,
  type WorkloadShape,
  workloadArbitrary,
} from "./workload-arbitraries.ts";

const EVEN: WorkloadShape["weights"] = {
  append: 1,
  batch: 1,
  checkpoint: 1,
  sync: 1,
  truncate: 1,
  reopen: 1,
};

const shape: WorkloadShape = {
  lives: { min: 1, max: 3 },
  operations: { min: 2, max: 40 },
  weights: EVEN,
  options: fc.record({ batchSyncCount: countArbitrary(100) }),
  sizeEdges: () => [512, 4096],
  countEdges: (options) => [Number(options["batchSyncCount"])],
};
const workloads = workloadArbitrary(shape);

/** As a campaign draws them: a seed each. */
function draw(arbitrary: fc.Arbitrary<Workload>, count: number): Workload[] {
  return Array.from({ length: count }, (_, seed) => sampleWorkload(arbitrary, seed * 7919));
}

const operationsOf = (drawn: readonly Workload[]): Operation[] =>
  drawn.flatMap((workload) => workload.lives.flat());

test("the same seed draws the same workload, another one another", () => {
  expect(sampleWorkload(workloads, 17)).toEqual(sampleWorkload(workloads, 17));
  const texts = new Set(draw(workloads, 100).map((workload) => JSON.stringify(workload)));
  expect(texts.size).toBe(100);
});

test("lives and operations keep their limits", () => {
  fc.assert(
    fc.property(workloads, (workload) => {
      expect(workload.lives.length).toBeGreaterThanOrEqual(1);
      expect(workload.lives.length).toBeLessThanOrEqual(3);
      for (const life of workload.lives) {
        expect(life.length).toBeGreaterThanOrEqual(2);
        expect(life.length).toBeLessThanOrEqual(40);
      }
      expect(JSON.parse(JSON.stringify(workload))).toEqual(workload);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test("every kind is drawn, and a kind of weight 0 never", () => {
  const kinds = new Set(operationsOf(draw(workloads, 60)).map((operation) => operation.kind));
  expect([...kinds].sort()).toEqual(Object.keys(EVEN).sort());
  for (const left of kinds) {
    const without = workloadArbitrary({
      ...shape,
      operations: { min: 0, max: 40 },
      weights: { ...EVEN, [left]: 0 },
    });
    const found = operationsOf(draw(without, 30)).filter((operation) => operation.kind === left);
    expect(found).toEqual([]);
  }
});

test("sizes meet the tiny ones and both sides of each edge", () => {
  const sizes = new Set(
    operationsOf(draw(workloads, 300)).flatMap((operation) =>
      operation.kind === "append" ? [operation.size] : [],
    ),
  );
  for (const edge of [0, 1, 2, 511, 512, 513, 4095, 4096, 4097]) {
    expect(sizes).toContain(edge);
  }
});

const bytes = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

test("batches are empty, of one, of a few, and larger than the largest edge", () => {
  const batches = operationsOf(draw(workloads, 200)).flatMap((operation) =>
    operation.kind === "batch" ? [operation.sizes] : [],
  );
  expect(batches.some((sizes) => sizes.length === 0)).toBe(true);
  expect(batches.some((sizes) => sizes.length === 1)).toBe(true);
  expect(batches.some((sizes) => sizes.length > 1 && bytes(sizes) < 512)).toBe(true);
  expect(batches.some((sizes) => sizes.length > 1 && bytes(sizes) > 4096)).toBe(true);
});

/** The lengths of the runs of appends between other operations. */
function runs(operations: readonly Operation[]): number[] {
  const lengths = [0];
  for (const operation of operations) {
    if (operation.kind === "append") {
      lengths.push((lengths.pop() ?? 0) + 1);
    } else {
      lengths.push(0);
    }
  }
  return lengths;
}

test("runs of appends meet N-1, N and N+1", () => {
  const seven = workloadArbitrary({ ...shape, countEdges: () => [7] });
  const lengths = draw(seven, 60).flatMap((workload) => workload.lives.flatMap(runs));
  for (const length of [6, 7, 8]) {
    expect(lengths.filter((run) => run === length).length).toBeGreaterThan(10);
  }
});

test("a store without edges gets small workloads", () => {
  const plain = workloadArbitrary({ ...shape, sizeEdges: () => [], countEdges: () => [] });
  const sizes = operationsOf(draw(plain, 50)).flatMap((operation) =>
    operation.kind === "batch" ? operation.sizes : [],
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
});

test("counts are mostly small and reach the largest", () => {
  const counts = fc.sample(countArbitrary(100), { seed: 5, numRuns: 1000 });
  expect(counts.filter((count) => count <= 8).length).toBeGreaterThan(700);
  expect(Math.max(...counts)).toBeGreaterThan(90);
  expect(Math.max(...fc.sample(countArbitrary(3), { seed: 5, numRuns: 100 }))).toBe(3);
});

const drawnCallers = (min: number, max: number): readonly (number | undefined)[] =>
  draw(workloadArbitrary({ ...shape, concurrency: { min, max } }), 400).map(
    ({ concurrency }) => concurrency,
  );

test("operations in flight keep their range, are mostly few, and meet the edges", () => {
  const drawn = drawnCallers(1, 256);
  for (const callers of drawn) {
    expect(callers).toBeGreaterThanOrEqual(1);
    expect(callers).toBeLessThanOrEqual(256);
  }
  const seen = new Set(drawn);
  for (const callers of [1, 2, 3, 4, 64, 65, 256]) expect(seen).toContain(callers);
  expect(drawn.filter((callers) => Number(callers) <= 3).length).toBeGreaterThan(200);
  expect(new Set(drawnCallers(2, 5))).toEqual(new Set([2, 3, 4, 5]));
  expect(new Set(drawnCallers(100, 100))).toEqual(new Set([100]));
  expect(sampleWorkload(workloads, 1)).not.toHaveProperty("concurrency");
});

test("operations in flight shrink together with the rest, towards one", () => {
  const concurrent = workloadArbitrary({ ...shape, concurrency: { min: 1, max: 256 } });
  const needing = (least: number): Workload | undefined => {
    const fails = ({ concurrency = 1, lives }: Workload): boolean =>
      concurrency >= least && lives.flat().length >= 2;
    const { counterexample } = fc.check(
      fc.property(concurrent, (workload) => !fails(workload)),
      { seed: 7, numRuns: 1_000 },
    );
    return counterexample?.[0];
  };
  expect(needing(1)).toMatchObject({ concurrency: 1 });
  expect(needing(2)).toMatchObject({ concurrency: 2 });
  expect(needing(2)?.lives.flat().length).toBe(2);
});
