// A life of a command is cut at each reopen.
import { expect, test } from "vitest";
import type { Operation } from "../workload.ts";
import { splitAtReopens } from "./split-at-reopens.ts";

const APPEND: Operation = { kind: "append", size: 1 };
const REOPEN: Operation = { kind: "reopen" };

test("the numbers go on, and the last process ends as the life does", () => {
  const lives = [[APPEND], [REOPEN, APPEND, APPEND, REOPEN]];
  expect(splitAtReopens({ seed: 1, options: {}, lives }, 1)).toEqual([
    { operations: [], first: 1, reopen: 1 },
    { operations: [APPEND, APPEND], first: 2, reopen: 4 },
    { operations: [], first: 5 },
  ]);
  expect(splitAtReopens({ seed: 1, options: {}, lives: [[]] }, 0)).toEqual([
    { operations: [], first: 0 },
  ]);
});
