// The stall watch: only work that waits while nothing at all is under way has stalled.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Event } from "../supervisor/event.ts";
import { timeOf } from "./recorded-store.ts";
import { stalls } from "./stall-watch.ts";
import type { VirtualTime } from "./virtual-time.ts";

const GRACE_MS = 40;
const OWN_FILE = fileURLToPath(import.meta.url);

/** What is watched, and how the watch ended. */
interface Watched {
  readonly stalled: boolean;
  /** True where the work had come to its end. */
  readonly done: boolean;
}

/** Watches work until it ends, or has stalled. */
async function watch(
  work: (time: VirtualTime, progress: () => void) => Promise<void>,
  isWaiting = true,
): Promise<Watched> {
  const time = timeOf(1);
  const over = new Event<true>();
  let done = false;
  let steps = 0;
  const step = (): void => {
    steps += 1;
  };
  const end = async (): Promise<void> => {
    await work(time, step);
    done = true;
    over.happened(true);
  };
  const progress = (): number => steps + time.done;
  const watched = { time, isWaiting: () => isWaiting, progress, over: over.promise };
  const stalled = stalls(watched, GRACE_MS);
  void end();
  return { stalled: await stalled, done };
}

/** By a timer that does not hold the process. */
const unheld = (): Promise<void> => sleep(5 * GRACE_MS, undefined, { ref: false });

describe("the stall watch", () => {
  test("tells work that waits for nothing", async () => {
    expect(await watch(() => new Promise(() => undefined))).toEqual({ stalled: true, done: false });
  });

  test("tells it behind all that is under way in virtual time", async () => {
    let ended = 0;
    const watched = await watch(async (time) => {
      for (; ended < 50; ended += 1) await time.timer.after(90_000_000);
      await new Promise(() => undefined);
    });
    expect([ended, watched.stalled]).toEqual([50, true]);
  });

  test.each<[string, (time: VirtualTime, progress: () => void) => Promise<void>]>([
    ["ends at once", () => Promise.resolve()],
    ["waits for a timer that holds the process", () => sleep(6 * GRACE_MS)],
    [
      "waits for files",
      async () => {
        for (let read = 0; read < 300; read += 1) await readFile(OWN_FILE);
      },
    ],
    [
      "makes progress now and then, by a timer that does not hold the process",
      async (_, progress) => {
        for (let step = 0; step < 12; step += 1) {
          await sleep(GRACE_MS / 4, undefined, { ref: false });
          progress();
        }
      },
    ],
  ])("lets work alone that %s", async (_, work) => {
    expect(await watch(work)).toEqual({ stalled: false, done: true });
  });

  test("lets work alone that nobody waits for", async () => {
    expect(await watch(unheld, false)).toEqual({ stalled: false, done: true });
  });
});
