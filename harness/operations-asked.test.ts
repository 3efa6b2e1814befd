// How far operations are asked: as many as there are slots, in order, and a reopen alone.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { operationsAsked } from "./operations-asked.ts";
import type { Operation } from "./workload.ts";

const SYNC: Operation = { kind: "sync" };
const REOPEN: Operation = { kind: "reopen" };

test.each([
  ["one by one", [SYNC, SYNC, SYNC], 1, [1, 2, 3, 3]],
  ["two at once", [SYNC, SYNC, SYNC], 2, [2, 3, 3, 3]],
  ["a reopen when nothing is in flight", [SYNC, SYNC, REOPEN, SYNC, SYNC], 3, [2, 2, 3, 5, 5, 5]],
  ["reopens in a row", [REOPEN, REOPEN, SYNC], 2, [1, 2, 3, 3]],
  ["nothing", [], 4, [0]],
] as const)("%s", (_, operations, concurrency, asked) => {
  const told = asked.map((_count, answers) =>
    operationsAsked({ operations, concurrency }, answers),
  );
  expect(told).toEqual(asked);
});

test("never more in flight than there are slots, and nothing beside a reopen", () => {
  const operations = fc.array(fc.constantFrom(SYNC, SYNC, SYNC, REOPEN), { maxLength: 40 });
  fc.assert(
    fc.property(operations, fc.integer({ min: 1, max: 9 }), (list, concurrency) => {
      let before = 0;
      for (let answers = 0; answers <= list.length; answers += 1) {
        const asked = operationsAsked({ operations: list, concurrency }, answers);
        expect(asked).toBeGreaterThanOrEqual(before);
        expect(asked - answers).toBeLessThanOrEqual(concurrency);
        // Whatever is asked last waits for an answer: nobody is stuck.
        expect(asked).toBeGreaterThanOrEqual(Math.min(list.length, answers + 1));
        if (list.slice(answers, asked).includes(REOPEN)) expect(asked - answers).toBe(1);
        before = asked;
      }
    }),
  );
});
