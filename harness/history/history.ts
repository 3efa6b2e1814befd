// The history: what was asked, answered, crashed and found in one trial, as plain data.
import type { Workload } from "../workload.ts";

/** One value that a recovery gave back. Bytes are base64, so that a history is JSON. */
export interface FoundRecord {
  readonly bytes: string;
  readonly lsn?: number;
}

/** How a recovery ended. */
export type RecoveryOutcome =
  | { readonly kind: "found"; readonly records: readonly FoundRecord[] }
  | { readonly kind: "refused"; readonly code?: string; readonly message: string }
  | { readonly kind: "hung"; readonly limitMs: number }
  | { readonly kind: "died"; readonly message: string };

/** Where a crash fell, as far as it can be told. */
export type CrashPoint =
  /** Before the store said that it was open. */
  | { readonly during: "open" }
  /** While this operation, the oldest of those in flight, was asked and not answered. */
  | { readonly during: "operation"; readonly operation: number; readonly rotation: boolean }
  /** After the last operation's answer. */
  | { readonly during: "idle" }
  | { readonly during: "recovery" };

/** One thing that happened, in order. */
export type HistoryEvent =
  /** The writer of this life was asked to open the store. */
  | { readonly kind: "open"; readonly life: number }
  /** It said that the store is open: its own recovery, a barrier, is done. */
  | { readonly kind: "opened"; readonly life: number }
  /** The store could not be opened, though nothing was broken. */
  | {
      readonly kind: "open-failed";
      readonly life: number;
      readonly code?: string;
      readonly message: string;
    }
  | { readonly kind: "invoked"; readonly life: number; readonly operation: number }
  | {
      readonly kind: "acknowledged";
      readonly life: number;
      readonly operation: number;
      readonly lsns: readonly number[];
      /** When the acknowledgement was read, by the supervisor's monotonic clock, where it was taken. */
      readonly atMs?: number;
    }
  | {
      readonly kind: "failed";
      readonly life: number;
      readonly operation: number;
      readonly code: string;
      readonly message: string;
    }
  /** A call of the disk failed on purpose, while the life was at work or its recovery was. */
  | {
      readonly kind: "io-error";
      readonly life: number;
      /** As harness/disk/io-failure.ts prints it. */
      readonly failure: string;
    }
  /** Nothing was under way any more, and these operations had no answer: they never get one. */
  | { readonly kind: "stalled"; readonly life: number; readonly operations: readonly number[] }
  /** The store was closed and the writer ended by itself, with exit code 0. */
  | { readonly kind: "closed"; readonly life: number }
  | {
      readonly kind: "crash";
      readonly life: number;
      readonly fault: string;
      readonly point: CrashPoint;
      /** When it struck, by the same clock. */
      readonly atMs?: number;
    }
  | { readonly kind: "recovered"; readonly life: number; readonly outcome: RecoveryOutcome };

/** Everything a judge may look at. */
export interface History {
  readonly workload: Workload;
  readonly events: readonly HistoryEvent[];
}
