// What one trial has to say: a line of trials.ndjson.
import type { Violation } from "./guarantees/guarantee.ts";
import type { Json } from "./subject.ts";

/** The worst of two wins: violated, then inconclusive, then held. */
export type Verdict = "held" | "inconclusive" | "violated";

/** Where crashes fell, counted so that an empty stratum shows. */
export type Stratum =
  | "open"
  | "append"
  | "batch"
  | "checkpoint"
  | "sync"
  | "truncate"
  | "reopen"
  | "rotation"
  | "idle"
  | "recovery"
  /** Records were acknowledged that the mode may lose. */
  | "at-risk";

/** One life of the chain, from an open to the crash that ended it. */
export interface LifeRecord {
  readonly life: number;
  /** The drawn plan, as text: `kill:ack=7`. */
  readonly plan: string;
  readonly struck: boolean;
  /** How the writer ended, told apart. */
  readonly ended: "killed" | "closed" | "died" | "hung" | "open-failed";
  readonly evidence: string;
  readonly strata: readonly Stratum[];
  readonly acknowledgedRecords: number;
  /** Acknowledged records that the promise does not cover at the crash. */
  readonly atRiskRecords: number;
  /** Acknowledged records that the recovery did not find. */
  readonly lostRecords: number;
  /** How many of them the mode allows; `null` where it sets no number. */
  readonly allowedRecords: number | null;
}

export interface TrialRecord {
  readonly trial: number;
  readonly seed: number;
  readonly scenario: string;
  readonly mode: string;
  /** The fault as text. */
  readonly fault: string;
  readonly options: { readonly [key: string]: Json };
  readonly lives: readonly LifeRecord[];
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  /** Guarantees that could not be judged, by name, with the reason. */
  readonly notApplicable: readonly string[];
  /** Why the trial is inconclusive. */
  readonly problem?: string;
}
