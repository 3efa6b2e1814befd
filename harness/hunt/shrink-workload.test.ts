// A workload made small: below what its scenario draws, and never to one that holds.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { HistoryEvent } from "../history/history.ts";
import { UNANSWERED } from "../power/watched-store.ts";
import type { Operation, Workload } from "../workload.ts";
import { sampleWorkload, workloadArbitrary } from "../workload-arbitraries.ts";
import { type ShrunkTrial, shrinkWorkload } from "./shrink-workload.ts";

const SEED = 11;

const workloads = workloadArbitrary({
  lives: { min: 2, max: 3 },
  operations: { min: 8, max: 20 },
  weights: { append: 4, batch: 2, checkpoint: 2, sync: 1, truncate: 1, reopen: 1 },
  options: fc.constant({}),
  sizeEdges: () => [],
  countEdges: () => [],
});

type Breaks = (operations: readonly Operation[]) => boolean;

function trialOf(workload: Workload, breaks: Breaks): ShrunkTrial {
  const verdict = breaks(workload.lives.flat()) ? "violated" : "held";
  return { record: { seed: SEED, verdict }, history: { workload, events: [] } };
}

async function shrunk(breaks: Breaks): Promise<readonly (readonly Operation[])[]> {
  const found = trialOf(sampleWorkload(workloads, SEED), breaks);
  expect(found.record.verdict).toBe("violated");
  const smallest = await shrinkWorkload({ workloads }, found, async (one) => trialOf(one, breaks));
  expect(smallest.record.verdict).toBe("violated");
  return smallest.history.workload.lives;
}

test("one operation is left where one is enough, though the scenario asks for sixteen", async () => {
  const lives = await shrunk((operations) => operations.some(({ kind }) => kind === "checkpoint"));
  expect(lives).toEqual([[{ kind: "checkpoint" }]]);
});

test("as many are left as it takes together", async () => {
  const lives = await shrunk((operations) => {
    const kinds = operations.map(({ kind }) => kind);
    return kinds.includes("checkpoint") && kinds.filter((kind) => kind === "append").length >= 3;
  });
  const kinds = lives.flat().map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(["append", "append", "append", "checkpoint"]);
});

const UNENDED: readonly HistoryEvent[] = [
  { kind: "recovered", life: 0, outcome: { kind: "hung", limitMs: 5 } },
  { kind: "recovered", life: 0, outcome: { kind: "died", message: "killed" } },
  { kind: "open-failed", life: 0, code: UNANSWERED, message: "hung" },
];

test.each(UNENDED)("a violation without an end is not tried again: %o", async (event) => {
  const { record, history } = trialOf(sampleWorkload(workloads, SEED), () => true);
  const found = { record, history: { ...history, events: [event] } };
  const smallest = await shrinkWorkload({ workloads }, found, async () => {
    throw new Error("it was tried");
  });
  expect(smallest).toBe(found);
});
