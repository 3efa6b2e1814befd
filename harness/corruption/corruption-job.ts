// What a power worker is told to damage, and what it answers: data that crosses a process.
import type { CorruptionPlan } from "../faults/corrupt.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { Workload } from "../workload.ts";
import type { CorruptionOutcome } from "./corruption-trial.ts";

/** One store to write once and to damage often. */
export interface CorruptionJob {
  readonly kind: "corrupt";
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  readonly plan: CorruptionPlan;
  readonly promise: StorePromise;
  /** A refusal is then taken for an empty store, and must be convicted. */
  readonly keepsSilent: boolean;
  /** As in a power job: the recovery that an earlier run had no answer from, counted from 1. */
  readonly unanswered?: number;
}

/** What a worker answers. */
export type CorruptionReply =
  | { readonly kind: "judged"; readonly outcome: CorruptionOutcome }
  | { readonly kind: "bad-subject"; readonly message: string };
