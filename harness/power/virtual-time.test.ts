// Virtual time: everything comes to its end in an order that the seed alone decides.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { timeOf } from "./recorded-store.ts";

test("timers end by their delay, in the order of their calls where that is the same", async () => {
  const time = timeOf(1);
  const ended: string[] = [];
  const wait = async (micros: number, name: string): Promise<void> => {
    await time.timer.after(micros);
    ended.push(`${name} at ${time.clock.monotonicMs()}`);
  };
  const nested = async (): Promise<void> => {
    await wait(50, "nested");
    await wait(25, "then");
  };
  await Promise.all([
    wait(100, "a"),
    wait(0, "b"),
    wait(100, "c"),
    nested(),
    wait(60_000_000, "d"),
  ]);
  expect(ended).toEqual([
    "b at 0",
    "nested at 0.05",
    "then at 0.075",
    "a at 0.1",
    "c at 0.1",
    "d at 60000",
  ]);
  expect(time.isUnderWay).toBe(false);
  expect(time.clock.wallMs() - timeOf(1).clock.wallMs()).toBe(60_000);
});

/** The order in which syncs, timers and pauses of this seed come to their end. */
async function order(seed: number): Promise<string> {
  const time = timeOf(seed);
  const ended: string[] = [];
  const works = Array.from({ length: 6 }, async (_, place) => {
    await time.pause();
    ended.push(`p${place}`);
    await new Promise<void>((resolve) => time.scheduler(resolve));
    ended.push(`s${place}`);
    await time.timer.after(place * 100);
    ended.push(`t${place}`);
  });
  await Promise.all(works);
  return ended.join(" ");
}

test("the same seed gives the same order, and seeds differ", async () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 50; seed += 1) {
    const one = await order(seed);
    expect(await order(seed)).toBe(one);
    orders.add(one);
  }
  expect(orders.size).toBeGreaterThan(45);
});

test("each sync is done once, and every order of three is met", async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const time = timeOf(seed);
      const done: number[] = [];
      const syncs = [0, 1, 2].map(async (place) => {
        await new Promise<void>((resolve) => time.scheduler(resolve));
        done.push(place);
      });
      await Promise.all(syncs);
      expect(new Set(done)).toEqual(new Set([0, 1, 2]));
      expect(done).toHaveLength(3);
      met.add(done.join(""));
    }),
    { numRuns: 300 },
  );
  expect(met.size).toBe(6);
});

test("what is forgotten is never done, and what comes later is", async () => {
  const time = timeOf(3);
  const ended: string[] = [];
  const wait = async (name: string): Promise<void> => {
    await time.timer.after(10);
    ended.push(name);
  };
  void wait("dead");
  time.forget();
  expect(time.isUnderWay).toBe(false);
  await wait("alive");
  expect(ended).toEqual(["alive"]);
});
