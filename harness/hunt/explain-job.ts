// What a power worker is asked to explain, and what it answers: data that crosses a process.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { CrashChoiceRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import type { Explanation } from "./explanation.ts";

/** One violation of a recording. */
export interface ExplainJob {
  readonly kind: "explain";
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  readonly promise: StorePromise;
  readonly profile: DeviceProfile["name"];
  /** What happened before the trace began. */
  readonly prior: readonly HistoryEvent[];
  readonly trace: DiskTrace;
  readonly crash: CrashChoiceRecord;
}

/** The crash that an explanation is of, as a trial tells one. */
export interface SmallestCrash {
  readonly step: CrashChoiceRecord;
  /** What happened up to the power cut, the cut, and what recovery found. */
  readonly events: readonly HistoryEvent[];
  readonly violations: readonly Violation[];
}

/** An explanation, or why there is none. */
export type ExplainReply =
  | {
      readonly kind: "explained";
      readonly explanation: Explanation;
      readonly smallest: SmallestCrash;
      /** The mildest device on which the recording convicts; left out where none was found. */
      readonly mildest?: DeviceProfile["name"];
    }
  | {
      readonly kind: "unexplained";
      readonly reason: string;
      /** Where it is known and no sync mends it. */
      readonly smallest?: SmallestCrash;
    };
