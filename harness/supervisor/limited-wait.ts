// A wait that always ends.
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** Turns of the event loop that a wait has at least. */
const TURNS = 10;

/**
 * True where the event came within the limit. What this process spends on its own work meanwhile is
 * counted as a tenth of the limit at most: an event that came then is heard of in the turn after it.
 */
export async function within(limitMs: number, event: Promise<unknown>): Promise<boolean> {
  let hasCome = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (turns > TURNS) resolve();
      else timer = setTimeout(turn, limitMs / TURNS);
    };
    turn();
  });
  const come = async (): Promise<void> => {
    await event;
    hasCome = true;
  };
  await Promise.race([come(), late]);
  clearTimeout(timer);
  return hasCome;
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
