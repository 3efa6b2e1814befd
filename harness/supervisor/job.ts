// What a child is told to do: one job, one JSON line on its control pipe.
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { Operation } from "../workload.ts";

/** Before or after the n-th call of the storage that changes or syncs something, from 1. */
export interface CallEdge {
  readonly n: number;
  readonly edge: "before" | "after";
}

/** Which store, where. */
export interface StoreLocation {
  readonly subject: SubjectReference;
  readonly directory: string;
  readonly options: SubjectOptions;
  /** The process sees another boot of the machine than those before the power cut. */
  readonly boot?: "another";
}

/** How far a writer goes. Wherever it stops, it says `done` and waits to be killed, unclosed. */
export type WriterStop =
  /** All operations are done. */
  | { readonly kind: "end" }
  /** The store is closed and the writer exits. */
  | { readonly kind: "close" }
  /** This many operations of the life were answered; others may be in flight, and none is asked any more. */
  | { readonly kind: "answers"; readonly count: number }
  /** Nothing is asked: it is killed while it opens. Of a command, which does not say when it is open. */
  | { readonly kind: "opening" }
  /** It kills itself at this call. */
  | ({ readonly kind: "call" } & CallEdge)
  /** Of a command: strace kills it at its `when`-th call of this name; if none comes, it closes. */
  | { readonly kind: "operation"; readonly n: number; readonly call: string; readonly when: number }
  /**
   * It acknowledges these operations without doing them, one after the other when all before them
   * are answered: the twin that must be convicted.
   */
  | { readonly kind: "lie"; readonly from: number; readonly through: number };

/** One life of a writer. */
export interface WriteJob {
  readonly kind: "write";
  readonly store: StoreLocation;
  readonly workloadSeed: number;
  readonly firstOperation: number;
  readonly operations: readonly Operation[];
  /** Operations that may be in flight at once; 1 where it is left out. */
  readonly concurrency?: number;
  readonly stop: WriterStop;
}

/** Limits of what a recovery hands over; more than was ever written is enough to convict. */
export interface RecoveryLimits {
  readonly records: number;
  readonly bytes: number;
}

/** One recovery. */
export interface RecoverJob {
  readonly kind: "recover";
  readonly store: StoreLocation;
  readonly limits: RecoveryLimits;
  /** Where the child kills itself, if it does. */
  readonly stop?: CallEdge;
}

export type Job = WriteJob | RecoverJob;

/** The job in a line of the control pipe; the supervisor, and nobody else, writes it. */
export function parseJob(line: string): Job {
  const job: Job = JSON.parse(line);
  return job;
}
