// A crash case: what it takes to recover a store from one disk of a trace and to judge what came back.
import type { CrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DiskImage } from "../disk/image.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { powerText } from "../faults/power-text.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import type { History, HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { CrashMoments } from "../power/crash-moments.ts";
import type { StoragePort } from "../storage-port.ts";
import type { Workload } from "../workload.ts";

/** What stays the same however the trace is cut. */
export interface CrashCase {
  readonly workload: Workload;
  readonly promise: StorePromise;
  /** What the device promises. */
  readonly profile: DeviceProfile;
  /** What happened before the trace begins. */
  readonly prior: readonly HistoryEvent[];
  /** Recovers the store on this disk. */
  readonly recover: (disk: RecoverableDisk) => Promise<RecoveryOutcome>;
}

/** One content of the disk, in the forms that a recovery may want. */
export interface RecoverableDisk {
  /** A fresh disk with this content. */
  disk(): StoragePort;
  image(): DiskImage;
}

/** One content of the disk, with the crash points at which it is legal: `first` to `last`. */
export interface VisitedState extends RecoverableDisk {
  readonly first: number;
  readonly last: number;
  /** Builds the state again at any of its crash points. */
  choice(): CrashChoice;
}

/** The crash states of a trace that are worth a recovery; it may pass some over. */
export type VisitStates = (trace: DiskTrace) => Iterable<VisitedState>;

/** A broken promise, and the disk that broke it. */
export interface Conviction {
  /** The power failed right after this event. */
  readonly at: number;
  readonly choice: CrashChoice;
  readonly violation: Violation;
}

/** The first state that breaks a promise, at the first of its crash points that does. */
export async function findConviction(
  crashCase: CrashCase,
  trace: DiskTrace,
  visit: VisitStates,
): Promise<Conviction | undefined> {
  const court = new CrashCourt(crashCase, trace);
  for (const state of visit(trace)) {
    const outcome = await crashCase.recover(state);
    for (const at of court.points(state)) {
      const violation = court.violation(at, outcome);
      if (violation !== undefined) {
        return { at, choice: state.choice(), violation };
      }
    }
  }
  return undefined;
}

/** Judges recoveries after power cuts along one trace. */
export class CrashCourt {
  readonly #case: CrashCase;
  readonly #moments: CrashMoments;

  constructor(crashCase: CrashCase, trace: DiskTrace) {
    const { workload, prior, profile } = crashCase;
    // What a kill may lose is promised apart from what a power cut may.
    const fault = profile.name === "kill" ? "kill" : powerText(profile.name);
    this.#case = crashCase;
    this.#moments = new CrashMoments({ workload, prior, trace, fault });
  }

  /** The crash points of a state at which it is judged: the first of each moment that it touches. */
  points({ first, last }: Pick<VisitedState, "first" | "last">): readonly number[] {
    const touched = this.#moments.list.filter(
      (moment) => moment.first <= last && moment.last >= first,
    );
    return touched.map((moment) => Math.max(first, moment.first));
  }

  /** The heaviest promise that a cut right behind this event breaks; none before the first life. */
  violation(at: number, outcome: RecoveryOutcome): Violation | undefined {
    const history = this.history(at, outcome);
    return history && judgeHistory(history, this.#case.promise).violations[0];
  }

  /** What happened up to the cut, the cut, and what recovery found; none before the first life. */
  history(at: number, outcome: RecoveryOutcome): History | undefined {
    const moment = this.#moments.at(at);
    if (moment === undefined) {
      return undefined;
    }
    const life = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    return this.#moments.history(moment, [{ kind: "recovered", life, outcome }]);
  }
}
