// When a sync that was asked for later is done: at once, or delayed and reordered from a seed.
import type { RandomStream } from "../seed.ts";

/** Arranges for `complete` to be called once, not before the present call has returned. */
export type CompletionScheduler = (complete: () => void) => void;

/** The next microtask: completions come in the order of their requests. */
export const promptScheduler: CompletionScheduler = (complete) => queueMicrotask(complete);

/**
 * Delays each completion by 1 to `turnsMax` turns of the microtask queue, so that later requests
 * overtake earlier ones. No clock takes part: the same stream gives the same order.
 */
export function seededScheduler(random: RandomStream, turnsMax: number): CompletionScheduler {
  return (complete) => {
    let turns = 1 + random.below(turnsMax);
    const turn = (): void => {
      turns -= 1;
      if (turns === 0) {
        complete();
      } else {
        queueMicrotask(turn);
      }
    };
    queueMicrotask(turn);
  };
}
