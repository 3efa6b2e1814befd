// What a power worker is asked to explain, and what it answers: data that crosses a process.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
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

/** An explanation, or why there is none. */
export type ExplainReply =
  | {
      readonly kind: "explained";
      readonly explanation: Explanation;
      /** The mildest device on which the recording convicts; left out where none was found. */
      readonly mildest?: DeviceProfile["name"];
    }
  | { readonly kind: "unexplained"; readonly reason: string };
