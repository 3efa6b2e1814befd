// The real timer: never early, and the event loop turns meanwhile.
import { expect, test } from "vitest";
import { nodeTimer } from "./node-timer.ts";

test.each([0, 1, 100, 999, 1000, 1999, 2000, 5500])("%i microseconds: not less", async (micros) => {
  const begin = performance.now();
  await nodeTimer.after(micros);
  expect((performance.now() - begin) * 1000).toBeGreaterThanOrEqual(micros);
});

test.each([300, 3000])("others run during %i microseconds", async (micros) => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
  };
  setImmediate(count);
  await nodeTimer.after(micros);
  expect(turns).toBe(1);
});
