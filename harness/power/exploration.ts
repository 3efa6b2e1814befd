// What an exploration of crash states came to, as data.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { CrashChoiceRecord, FindingCounts, PowerLosses } from "../trial-record.ts";

/** How many states there were. Pairs are of a state and a crash point that can leave it. */
export interface StateCounts {
  /** Pairs that the profile allows. */
  readonly legal: bigint;
  /** Different disks that were recovered. */
  readonly distinct: number;
  /** States that were drawn or enumerated, equal ones each time. */
  readonly visited: number;
  /** Pairs of a state and a moment (crash points with one history) that were judged. */
  readonly judged: number;
}

/** A state that breaks a promise, with all that is needed to build its disk again. */
export interface PowerViolation {
  /** `measured` of a finding: nothing was promised there. */
  readonly verdict: "violated" | "measured";
  /** The trace that was crashed: the chain's, or that of a recovery that was crashed in turn. */
  readonly trace: DiskTrace;
  readonly step: CrashChoiceRecord;
  /** Which of the disks that the choice leaves open: the number of its finding. */
  readonly disk: number;
  /** Where the trace is a recovery's: the crashes before it, each of the trace before. */
  readonly outer: readonly CrashChoiceRecord[];
  /** The whole history. */
  readonly events: readonly HistoryEvent[];
  readonly violations: readonly Violation[];
}

/** Where the time went, in milliseconds. */
export interface TimeSpent {
  readonly produceMs: number;
  readonly recoverMs: number;
  readonly judgeMs: number;
}

/** The outcome of one exploration. */
export interface Exploration {
  readonly states: StateCounts;
  /** States of crashes inside recoveries, at all depths. */
  readonly nested: StateCounts;
  readonly losses: PowerLosses;
  /** The first state that broke a promise; the exploration ends there. Else the first finding. */
  readonly violation?: PowerViolation;
  /** Where nothing is promised: judged pairs that broke each guarantee. */
  readonly findings: FindingCounts;
  /** Why nothing is proved: our own error. */
  readonly problem?: string;
  readonly notApplicable: readonly string[];
  readonly spent: TimeSpent;
}

export const NO_STATES: StateCounts = { legal: 0n, distinct: 0, visited: 0, judged: 0 };

/** The sums of both. */
export function addCounts(one: StateCounts, other: StateCounts): StateCounts {
  return {
    legal: one.legal + other.legal,
    distinct: one.distinct + other.distinct,
    visited: one.visited + other.visited,
    judged: one.judged + other.judged,
  };
}
