// What an exploration is asked: a trace under a profile, a promise, and how much to look at.
import type { Clock } from "../clock.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";
import type { RecordedStore } from "./recorded-store.ts";
import type { StateRecoverer } from "./state-recoverer.ts";

/** How much is looked at. */
export interface ExploreLimits {
  /** Most states that are visited, in all. */
  readonly statesMax: number;
  /** A crash point with at most so many states has all of them visited. */
  readonly exhaustiveMax: number;
  /** Most states whose recovery is crashed as well. */
  readonly nestedMax: number;
  /** Most states of each crashed recovery. */
  readonly nestedStatesMax: number;
  /** How often a recovery that follows a crashed recovery is crashed again. */
  readonly depth: number;
}

/** What to explore, on disks in memory. */
export interface ExploreRequest extends Omit<StateRequest, "recoverer"> {
  readonly store: RecordedStore;
}

/** What to explore, and how its states are recovered. */
export interface StateRequest {
  readonly recoverer: StateRecoverer;
  readonly trace: DiskTrace;
  readonly profile: DeviceProfile;
  /** What happened before the trace began: earlier lives that ended in a power cut. */
  readonly prior: readonly HistoryEvent[];
  readonly workload: Workload;
  readonly promise: StorePromise;
  readonly seed: number;
  /** Crashes before this event are left out. */
  readonly from?: number;
  readonly limits: ExploreLimits;
  /** For the account of where the time goes; left out, nothing is measured. */
  readonly clock?: Clock;
}
