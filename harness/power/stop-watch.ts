// Where the time of an exploration goes: laps of one clock, by what was done in them.
import type { Clock } from "../clock.ts";
import type { TimeSpent } from "./exploration.ts";

/** Adds up laps; without a clock all of them are 0. */
export class StopWatch {
  readonly #clock: Clock | undefined;
  readonly #spent = { produceMs: 0, recoverMs: 0, judgeMs: 0 };
  #lapStartedMs: number;

  constructor(clock: Clock | undefined) {
    this.#clock = clock;
    this.#lapStartedMs = clock?.monotonicMs() ?? 0;
  }

  get spent(): TimeSpent {
    return { ...this.#spent };
  }

  /** What was done since the last lap. */
  lap(what: keyof TimeSpent): void {
    if (this.#clock === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    this.#spent[what] += nowMs - this.#lapStartedMs;
    this.#lapStartedMs = nowMs;
  }
}
