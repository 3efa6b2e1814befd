// Lives that wrote on behind a recovery: one of them, and one behind another that was cut short.
import { expect, test } from "vitest";
import type { HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";
import { withWrittenOn } from "./written-on.ts";

const WORKLOAD: Workload = { seed: 1, options: {}, lives: [[{ kind: "append", size: 8 }]] };

function invoked(life: number, operation: number): HistoryEvent {
  return { kind: "invoked", life, operation };
}

function kindsOf(workload: Workload): readonly (readonly string[])[] {
  return workload.lives.map((life) => life.map(({ kind }) => kind));
}

test("a history without such a life keeps its workload", () => {
  expect(withWrittenOn(WORKLOAD, [invoked(0, 0)])).toEqual(WORKLOAD);
});

test("a life that wrote on appends and syncs", () => {
  expect(kindsOf(withWrittenOn(WORKLOAD, [invoked(0, 0), invoked(1, 1)]))).toEqual([
    ["append"],
    ["append", "sync"],
  ]);
});

test("the first number of the life behind it tells how many operations it had", () => {
  const events = [invoked(0, 0), invoked(1, 1), invoked(2, 2), invoked(2, 3)];
  expect(kindsOf(withWrittenOn(WORKLOAD, events))).toEqual([
    ["append"],
    ["append"],
    ["append", "sync"],
  ]);
  const unasked = [invoked(0, 0), { kind: "open", life: 1 } as const, invoked(2, 2)];
  expect(withWrittenOn(WORKLOAD, unasked).lives[1]).toHaveLength(1);
});

test("a store that was asked for batches alone goes on with one", () => {
  const batches: Workload = { ...WORKLOAD, lives: [[{ kind: "batch", sizes: [8] }]] };
  expect(kindsOf(withWrittenOn(batches, [invoked(1, 1)]))).toEqual([["batch"], ["batch", "sync"]]);
});
