// A wait with a resolution finer than a timer's millisecond.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** Timers fire late by up to this much; the rest is polled, turn by turn of the event loop. */
const TIMER_SLACK_MS = 1.5;

/** Waits until the monotonic time `dueMs`, or until `other` resolves: then with its value. */
export async function waitUntil<T>(
  dueMs: number,
  other: Promise<T>,
  clock: Clock,
): Promise<T | undefined> {
  const seen: { came?: { readonly value: T } } = {};
  void note(other, seen);
  await sleepUntil(dueMs - TIMER_SLACK_MS, other, clock);
  while (seen.came === undefined && clock.monotonicMs() < dueMs) await nextTurn();
  return seen.came?.value;
}

async function note<T>(other: Promise<T>, seen: { came?: { readonly value: T } }): Promise<void> {
  seen.came = { value: await other };
}

async function sleepUntil(dueMs: number, other: Promise<unknown>, clock: Clock): Promise<void> {
  const delayMs = dueMs - clock.monotonicMs();
  if (delayMs <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const asleep = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  await Promise.race([asleep, other]);
  clearTimeout(timer);
}
