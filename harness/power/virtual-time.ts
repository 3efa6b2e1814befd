// Virtual time: in a recording no time passes, and a seed decides what is done before what.
import type { Clock } from "../clock.ts";
import { type CompletionScheduler, seededScheduler } from "../disk/completion-scheduler.ts";
import type { RandomStream } from "../seed.ts";
import type { Timer } from "../subject.ts";

/** Turns of the microtask queue that a sync without a duration may take, at most. */
const TURNS_MAX = 12;
/** Durations are drawn below a power of two of this exponent at most: 33 milliseconds. */
const DURATION_EXPONENT_MAX = 15;
const WALL_START_MS = 1_700_000_000_000;

interface Completion {
  readonly dueMicros: number;
  readonly complete: () => void;
}

/**
 * One queue of what is under way, syncs of the disk and timers of the store, each with the virtual
 * moment at which it is done. When all code has run as far as it can, the next of them is done and
 * the clock stands at its moment: the same stream of random numbers gives the same interleaving. It
 * runs by itself while something is under way.
 */
export class VirtualTime {
  /**
   * Decides when a sync that was asked for later is done: within some turns of the microtask queue,
   * among the code that goes on meanwhile, or after a duration, when others have done what they can.
   */
  readonly scheduler: CompletionScheduler;
  /** Settles after a virtual delay, in the order of the delays; of equal ones in the order of the calls. */
  readonly timer: Timer;
  /** Stands still while code runs. */
  readonly clock: Clock;
  readonly #random: RandomStream;
  #nowMicros = 0;
  #done = 0;
  /** In the order in which they are done. */
  #underWay: Completion[] = [];
  #runs = false;

  constructor(random: RandomStream) {
    this.#random = random;
    const soon = seededScheduler(random, TURNS_MAX);
    this.scheduler = (complete) => {
      if (random.below(2) === 0) soon(complete);
      else this.#add(this.#drawMicros(), complete);
    };
    this.timer = {
      after: (micros) => new Promise((resolve) => this.#add(Math.max(0, micros), resolve)),
    };
    this.clock = {
      monotonicMs: () => this.#nowMicros / 1_000,
      wallMs: () => WALL_START_MS + Math.floor(this.#nowMicros / 1_000),
    };
  }

  /** True while a sync or a timer will still be done. */
  get isUnderWay(): boolean {
    return this.#underWay.length > 0;
  }

  /** How many were done so far. */
  get done(): number {
    return this.#done;
  }

  /** A pause as a caller makes between two calls: none at all, some turns, or a while. */
  async pause(): Promise<void> {
    switch (this.#random.below(4)) {
      case 0:
        return this.timer.after(this.#drawMicros());
      case 1:
        return new Promise((resolve) => seededScheduler(this.#random, TURNS_MAX)(resolve));
    }
  }

  /** The process is gone: nothing that was under way is ever done. */
  forget(): void {
    this.#underWay = [];
  }

  /** Every scale from one microsecond up is as likely. */
  #drawMicros(): number {
    return 1 + this.#random.below(2 ** this.#random.below(DURATION_EXPONENT_MAX + 1));
  }

  #add(micros: number, complete: () => void): void {
    const dueMicros = this.#nowMicros + micros;
    const after = this.#underWay.findIndex((other) => other.dueMicros > dueMicros);
    const place = after < 0 ? this.#underWay.length : after;
    this.#underWay.splice(place, 0, { dueMicros, complete });
    this.#run();
  }

  /** The queue of microtasks is empty when an immediate is called: all code has run as far as it can. */
  #run(): void {
    if (this.#runs) return;
    this.#runs = true;
    setImmediate(() => {
      this.#runs = false;
      const next = this.#underWay.shift();
      if (next === undefined) return;
      this.#nowMicros = Math.max(this.#nowMicros, next.dueMicros);
      this.#done += 1;
      next.complete();
      if (this.isUnderWay) this.#run();
    });
  }
}
