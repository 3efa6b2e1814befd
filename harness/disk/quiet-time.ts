// When nothing else is under way: no later sync, and no call of the store for a good while.
import type { CompletionScheduler } from "./completion-scheduler.ts";

/** So many turns of the microtask queue without a call: whoever waits, waits for the slow sync. */
const QUIET_TURNS = 1_000;

/** A store that never rests waits no longer than this. */
const TURNS_MAX = 100_000;

/** Watches the calls of a store. No clock takes part. */
export class QuietTime {
  #calls = 0;
  #underWay = 0;

  /** The store made a call. */
  called(): void {
    this.#calls += 1;
  }

  /** Something began that ends later; returns what is to be called then. */
  begun(): () => void {
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
    };
  }

  /** Completes when nothing else is under way. */
  readonly scheduler: CompletionScheduler = (complete) => {
    let seen = this.#calls;
    let quiet = 0;
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      quiet = seen === this.#calls && this.#underWay === 0 ? quiet + 1 : 0;
      seen = this.#calls;
      if (quiet === QUIET_TURNS || turns === TURNS_MAX) {
        complete();
      } else {
        queueMicrotask(turn);
      }
    };
    queueMicrotask(turn);
  };
}
