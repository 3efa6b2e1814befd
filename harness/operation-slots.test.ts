// Slots: what is asked when, for stores that answer at once, late, never or with an error.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { askInSlots } from "./operation-slots.ts";
import { operationsAsked } from "./operations-asked.ts";
import type { Operation } from "./workload.ts";

const SYNC: Operation = { kind: "sync" };
const REOPEN: Operation = { kind: "reopen" };
const syncs = (count: number): readonly Operation[] => Array.from({ length: count }, () => SYNC);

test("answers at once take no turn of the microtask queue", async () => {
  const told: number[] = [];
  const done = askInSlots({ operations: syncs(5), concurrency: 1 }, (place) => {
    told.push(place);
    return true;
  });
  expect(told).toEqual([0, 1, 2, 3, 4]);
  expect(await done).toBe(true);
});

test("all are asked in order, as soon as a slot is free, and answered in any order", async () => {
  const operations = fc.array(fc.constantFrom(SYNC, SYNC, SYNC, REOPEN), { maxLength: 30 });
  const concurrency = fc.integer({ min: 1, max: 6 });
  await fc.assert(
    fc.asyncProperty(operations, concurrency, fc.scheduler(), async (list, slots, scheduler) => {
      const asked: number[] = [];
      const inFlight = new Set<number>();
      let answers = 0;
      const done = askInSlots({ operations: list, concurrency: slots }, async (place) => {
        expect(place).toBeLessThan(
          operationsAsked({ operations: list, concurrency: slots }, answers),
        );
        if (list[place] === REOPEN) expect(inFlight.size).toBe(0);
        asked.push(place);
        inFlight.add(place);
        await scheduler.schedule(Promise.resolve(), `answer ${place}`);
        inFlight.delete(place);
        answers += 1;
        return true;
      });
      await scheduler.waitFor(done);
      expect(asked).toEqual(list.map((_, place) => place));
    }),
  );
});

test("false ends the asking at once, whatever is in flight", async () => {
  const asked: number[] = [];
  const done = askInSlots({ operations: syncs(6), concurrency: 3 }, (place) => {
    asked.push(place);
    return place === 1 ? Promise.resolve(false) : new Promise<boolean>(() => undefined);
  });
  expect(await done).toBe(false);
  expect(asked).toEqual([0, 1, 2]);
  const last = askInSlots({ operations: syncs(1), concurrency: 1 }, () => false);
  expect(await last).toBe(false);
});

test("an error ends it, thrown or later", async () => {
  const broken = new Error("broken");
  const thrown = askInSlots({ operations: syncs(2), concurrency: 1 }, () => {
    throw broken;
  });
  await expect(thrown).rejects.toBe(broken);
  const later = askInSlots({ operations: syncs(3), concurrency: 2 }, (place) =>
    place === 0 ? new Promise<boolean>(() => undefined) : Promise.reject(broken),
  );
  await expect(later).rejects.toBe(broken);
});

test("a pause comes before each operation", async () => {
  const told: string[] = [];
  const pause = async (): Promise<void> => {
    told.push("pause");
  };
  await askInSlots({ operations: syncs(2), concurrency: 2, pause }, (place) => {
    told.push(`ask ${place}`);
    return true;
  });
  expect(told).toEqual(["pause", "ask 0", "pause", "ask 1"]);
});
