// Visits the states of crash points, one point after the other.
import { type RandomStream, stream } from "../seed.ts";
import { allStates } from "./all-states.ts";
import type { CrashContent } from "./crash-content.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";
import { renew, sample, strata } from "./crash-strata.ts";
import { CrashVisit } from "./crash-visit.ts";

/** The bounds of a visit; crash points are numbers of events, both included. */
export interface CrashPointOptions {
  readonly seed: number;
  readonly exhaustiveMax: number;
  readonly from: number;
  readonly to: number;
}

/** How many samples in a row may come to nothing new before a crash point is left. */
const MISSES_MAX = 32;

/** Crash points are given in order; those at which nothing changes may be left out. */
export class CrashPointVisitor {
  readonly #content: CrashContent;
  readonly #options: CrashPointOptions;
  /** True while every state that is legal at the last point was visited. */
  #isComplete = false;

  constructor(content: CrashContent, options: CrashPointOptions) {
    this.#content = content;
    this.#options = options;
  }

  /** A crash point that is not visited: what it alone leaves is not known. */
  leaveOut(): void {
    this.#isComplete = false;
  }

  /** Visits at most so many states of a crash point. */
  *point(frame: CrashFrame, statesMax: number): Generator<CrashVisit> {
    const hasFresh = frame.fresh.length > 0;
    if (this.#isComplete && !hasFresh && !frame.replaced) {
      // A sync only took states away.
      return;
    }
    const isNewOnly = hasFresh && !frame.replaced && frame.at !== this.#options.from;
    const limit = Math.min(this.#options.exhaustiveMax, statesMax);
    const all = allStates(this.#content, frame, { isNewOnly, limit });
    this.#isComplete = all !== undefined && (this.#isComplete || !isNewOnly);
    const states = all ?? this.#someStates(frame, isNewOnly);
    const seen = new Set<string>();
    let misses = 0;
    for (const state of states) {
      const visit = new CrashVisit({ content: this.#content, frame, state, ...this.#options });
      // Every state of all is wanted: a second way to a content is legal elsewhere.
      if (all !== undefined || !seen.has(visit.key)) {
        misses = 0;
        seen.add(visit.key);
        yield visit;
      } else {
        misses += 1;
      }
      if (misses > MISSES_MAX || (all === undefined && seen.size >= statesMax)) {
        return;
      }
    }
  }

  /** The strata, and then samples without end. */
  *#someStates(frame: CrashFrame, isNewOnly: boolean): Generator<FrameState> {
    for (const state of strata(frame)) {
      if (!isNewOnly || frame.isFresh(state)) {
        yield state;
      }
    }
    const random: RandomStream = stream(this.#options.seed, `states after event ${frame.at}`);
    for (;;) {
      const state = sample(frame, random);
      if (isNewOnly && !frame.isFresh(state)) {
        renew(frame, state, random);
      }
      yield state;
    }
  }
}
