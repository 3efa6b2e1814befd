// Where the explorer recovers crash states: on disks in memory, or in real directories.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Operation, Workload } from "../workload.ts";
import type { Finding, FindingReader } from "./finding.ts";

/** A life that goes on after a recovery. */
export interface LifeToWriteOn {
  readonly workload: Workload;
  /** It is the workload's last. */
  readonly life: number;
  readonly operation: number;
}

/** What it came to. */
export interface WrittenOn {
  readonly events: readonly HistoryEvent[];
  /** False where it ended before its close. */
  readonly done: boolean;
}

/** A crash state on a disk of its own, recovered once. */
export interface RecoveredState {
  /** What was found: of each of the disks that the choice leaves open, the first the plainest. */
  readonly findings: readonly Finding[];
  /** Why nothing is proved by it: not even what was found. A later run of it may bring one. */
  readonly problem?: string | undefined;
  /** Recovers the first disk once more. */
  recoverAgain(): Promise<Finding>;
  /** Opens the first disk, works on it and closes it. */
  writeOn(life: LifeToWriteOn): Promise<WrittenOn>;
  /** It is needed no more. */
  discard(): void;
}

/** The recovery of a state as a trace of its own, or why there is none. */
export type RecordedRecovery =
  | { readonly kind: "recorded"; readonly trace: DiskTrace }
  | { readonly kind: "unrecordable"; readonly because: string };

/** Recovers crash states of one store. */
export interface StateRecoverer {
  /** Recoveries that may be under way at once; they are judged in the order of the states. */
  readonly atOnce: number;
  /** The store is given its values as words of a line. */
  readonly asksInText: boolean;
  /** What a life that goes on after a recovery is asked to do. */
  followUp(workload: Workload): readonly Operation[];
  recover(visit: CrashVisit, reader: FindingReader): Promise<RecoveredState>;
  /** Recovers the state once more while it is recorded; what it reports is marked with this life. */
  record(visit: CrashVisit, life: number, reader: FindingReader): Promise<RecordedRecovery>;
  /** Opens the state with no recovery before, writes on and is cut off; left out where that is not recorded. */
  recordLife?(visit: CrashVisit, life: LifeToWriteOn): Promise<DiskTrace>;
}
