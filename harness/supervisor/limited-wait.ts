// A wait that always ends.
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** True where the event came within the limit. */
export async function within(limitMs: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const came = await Promise.race([event.then(() => true), late]);
  clearTimeout(timer);
  return came;
}

/** Asks again and again, a millisecond apart, until the answer is yes; false after the limit. */
export async function until(
  condition: () => boolean,
  limitMs: number,
  clock: Clock,
): Promise<boolean> {
  const endMs = clock.monotonicMs() + limitMs;
  while (!condition()) {
    if (clock.monotonicMs() >= endMs) return false;
    await sleep(1);
  }
  return true;
}
