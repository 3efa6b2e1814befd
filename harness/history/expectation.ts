// What one recovery should have found and did find: the oracle's answer, as data.
import type { LogRecord, Standing } from "./log-record.ts";

/** A record that was invoked and not yet reported missing, as one recovery was to find it. */
export interface Expected {
  readonly record: LogRecord;
  readonly standing: Standing;
  readonly present: boolean;
  /** Missing, and at the beginning of the log, where a requested truncation lets it be missing. */
  readonly truncated: boolean;
  /** A recovery had reported it missing before: it is not lost again. */
  readonly missedBefore?: boolean;
}

/** Whether this recovery lost a record that was acknowledged. */
export function isLoss({ record, present, truncated, missedBefore }: Expected): boolean {
  return record.outcome === "acknowledged" && !present && !truncated && missedBefore !== true;
}

/** One found value, placed in the log. */
export type Placed =
  /** `index` points into `Report.expected`. */
  | { readonly kind: "expected"; readonly index: number }
  /** Too short to name itself, and its place may be any: nothing tells which it is. */
  | { readonly kind: "nameless" }
  /** The recovery after life `goneSince` did not find it, and now it is back. */
  | { readonly kind: "returned"; readonly record: LogRecord; readonly goneSince: number }
  /** Ours, but nobody had asked for it yet. */
  | { readonly kind: "uninvoked"; readonly operation: number; readonly item: number }
  | {
      readonly kind: "altered";
      readonly operation: number;
      readonly item: number;
      readonly offset: number;
    }
  | { readonly kind: "unknown"; readonly bytes: number };

/** A found value with the LSN it came with. */
export interface Found {
  readonly placed: Placed;
  readonly lsn?: number;
}

/** One recovery that gave back what it found. */
export interface Report {
  /** The life after which it ran. */
  readonly life: number;
  /** Its place in `History.events`. */
  readonly event: number;
  /**
   * In the order of their numbers; of a store that prints in any order, and where operations overlapped,
   * only the records that name themselves.
   */
  readonly expected: readonly Expected[];
  /** In the order of the recovery. */
  readonly found: readonly Found[];
  /**
   * Lives of which more is missing than the crashes may take, though each record by itself was at risk:
   * of overlapping operations nobody knows which came last.
   */
  readonly overlost: readonly Overloss[];
}

/** Acknowledged records of one life that are missing, and how many of them may be. */
export interface Overloss {
  readonly life: number;
  readonly lost: number;
  readonly allowed: number;
}

/** One life's acknowledged records, and what became of them. */
export interface LifeLoss {
  readonly life: number;
  readonly acknowledged: number;
  /** Acknowledged records that its end put at risk. */
  readonly atRisk: number;
  /** How many of them the crashes that struck them allow to be lost; null where all. */
  readonly allowed: number | null;
  /** Acknowledged records that a recovery did not find, truncated ones left out. */
  readonly lost: number;
}
