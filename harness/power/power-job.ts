// What a power worker is told to do, and what it answers: data that crosses a process.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { Workload } from "../workload.ts";
import type { CallCounts } from "./call-counts.ts";
import type { ChainPlan } from "./chain-plan.ts";
import type { Exploration } from "./exploration.ts";
import type { ExploreLimits } from "./explore-request.ts";

/** One chain to record and to crash everywhere. */
export interface PowerJob {
  readonly kind: "power";
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  readonly plan: ChainPlan;
  readonly promise: StorePromise;
  readonly profile: DeviceProfile["name"];
  /** The same recording is then crashed on a device that ignores every sync, and must be convicted. */
  readonly lying: boolean;
  readonly seed: number;
  readonly limits: ExploreLimits;
  /**
   * The recovery that an earlier run of the same job had no answer from, counted from 1. It is not
   * done again but taken for a violation, so that its disk becomes known.
   */
  readonly unanswered?: number;
}

/** One chain as it was recorded. */
export interface Recording {
  /** What happened before the last power cut within the chain. */
  readonly prior: readonly HistoryEvent[];
  readonly trace: DiskTrace;
}

/** What a worker answers. */
export type PowerReply =
  | {
      readonly kind: "explored";
      readonly exploration: Exploration;
      /** What the lives of the chain did, before any of the explored crashes. */
      readonly events: readonly HistoryEvent[];
      /** The plan as it was recorded: a failure that was drawn has become one that is named. */
      readonly plan: ChainPlan;
      /** How often each call was made of those that a failure was drawn among. */
      readonly calls: CallCounts;
    }
  | { readonly kind: "bad-subject"; readonly message: string };
