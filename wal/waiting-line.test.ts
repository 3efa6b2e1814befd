// The line of waiting calls: first come first, also when it is long.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type WaitingCall, WaitingLine } from "./waiting-line.ts";

const nothing = (): void => undefined;

/** A call that takes so many bytes, and an index where it takes any. */
function call(bytes: number): WaitingCall {
  const indexes = bytes > 0 ? 1 : 0;
  return { bytes, indexes, isAlone: false, put: () => nothing, refuse: nothing };
}

test("behaves as an array, whatever comes and goes", () => {
  const steps = fc.array(fc.record({ come: fc.nat(3000), go: fc.nat(3000) }), { maxLength: 8 });
  fc.assert(
    fc.property(steps, (all) => {
      const line = new WaitingLine();
      const model: WaitingCall[] = [];
      for (const { come, go } of all) {
        for (let made = 0; made < come; made += 1) {
          const next = call(made % 3);
          line.push(next);
          model.push(next);
        }
        for (const expected of model.splice(0, go)) {
          if (line.shift() !== expected) {
            throw new Error("Another call was taken off.");
          }
        }
        expect(line.length).toBe(model.length);
        const adding = model.filter(({ bytes }) => bytes > 0).length;
        expect([line.appends, line.indexes]).toEqual([adding, adding]);
        expect(line.at(0) === model[0]).toBe(true);
        expect(line.at(model.length) === undefined).toBe(true);
      }
    }),
    { numRuns: 10 },
  );
});

test("nothing can be taken off an empty line", () => {
  expect(new WaitingLine().shift()).toBeUndefined();
});
