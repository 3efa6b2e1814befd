// What one trial has to say: a line of trials.ndjson.
import type { Violation } from "./guarantees/guarantee.ts";
import type { AnswersToFailures } from "./history/after-failure.ts";
import type { Json } from "./subject.ts";

/**
 * The worst of two wins: violated, then inconclusive, then held, then measured. Measured: nothing is
 * promised there, so nothing was held and nothing broke, and what happened is told.
 */
export type Verdict = "measured" | "held" | "inconclusive" | "violated";

/** Where crashes fell, in the order in which a crash meets them; counted so that an empty stratum shows. */
export const STRATA = [
  "open",
  "append",
  "batch",
  "checkpoint",
  "sync",
  "truncate",
  "reopen",
  "rotation",
  "idle",
  "recovery",
  /** Records were acknowledged that the mode may lose. */
  "at-risk",
] as const;

export type Stratum = (typeof STRATA)[number];

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

/** How many crash states there were; pairs are of a state and a crash point that can leave it. */
export interface StateTally {
  /** Pairs that the device's profile allows; a whole number, which may be huge. */
  readonly legal: string;
  /** Different disks that were recovered. */
  readonly distinct: number;
  /** States that were drawn or enumerated, equal ones each time. */
  readonly visited: number;
  /** Pairs of a state and a stretch of crash points with one history that were judged. */
  readonly judged: number;
}

/** One crash point of a recording and the disk that was left there, as text. */
export interface CrashChoiceRecord {
  readonly at: number;
  readonly choice: string;
}

/** What the states of one trace lost, and where their crashes fell. */
export interface PowerLosses {
  /** Crash points at which a state was judged. */
  readonly crashPoints: number;
  readonly strata: { readonly [S in Stratum]?: number };
  readonly acknowledgedRecords: number;
  readonly atRiskRecordsMax: number;
  readonly lostRecordsMax: number;
  /** `null` where the promise sets no number. */
  readonly allowedRecords: number | null;
  /** Judged pairs that lost exactly what is allowed. */
  readonly reachedAllowance: number;
}

/** What one recording came to on one kind of device. */
export interface ProfileVerdict {
  readonly profile: string;
  readonly verdict: Verdict;
}

/** What the crash states of one recorded chain came to. */
export interface PowerRecord extends PowerLosses {
  readonly states: StateTally;
  /** Crashes inside the recoveries of some of these states. */
  readonly nested: StateTally;
  /** The state that broke a promise, of the trace that the artifact holds. */
  readonly crash?: CrashChoiceRecord;
  /** The crashes before it, where that trace is a recovery's own. */
  readonly outer?: readonly CrashChoiceRecord[];
  /** Of a program: the same recording on posix and on ext4. */
  readonly profiles?: readonly ProfileVerdict[];
}

/** How many corruptions of stores at rest were judged, and what the stores made of them. */
export interface CorruptionTally {
  /** All of them, those that broke a promise among them. */
  readonly judged: number;
  /** Recovery refused, and named the damage. */
  readonly noticed: number;
  /** All that the undamaged store gave back came back. */
  readonly harmless: number;
  /** Records were missing without a word, within the stated limit of detection. */
  readonly lostSilently: number;
  /** Most operations whose records one corruption lost so. */
  readonly lostOperationsMax: number;
}

/** What the corruptions of one store came to. */
export interface CorruptionRecord extends CorruptionTally {
  /** The one that broke a promise, as text. */
  readonly change?: string;
}

/** Judged crashes by the name of a guarantee that they broke. */
export type FindingCounts = { readonly [guarantee: string]: number };

/** I/O errors that struck, by call and error: `syncData:EIO`. */
export type FailureCounts = { readonly [failure: string]: number };

export interface TrialRecord {
  readonly trial: number;
  readonly seed: number;
  readonly scenario: string;
  readonly mode: string;
  /** The fault as text. */
  readonly fault: string;
  readonly options: { readonly [key: string]: Json };
  readonly lives: readonly LifeRecord[];
  /** Of a power cut: what all of the disks that it may leave came to. */
  readonly power?: PowerRecord;
  /** Of I/O errors: how often each struck, by call and error, as in `write:ENOSPC`. */
  readonly ioErrors?: FailureCounts;
  /** What it answered behind them, by call, error and answer, as in `syncData:EIO failed`. */
  readonly ioErrorAnswers?: AnswersToFailures;
  /** Of corruption at rest: what the store made of each. */
  readonly corruption?: CorruptionRecord;
  readonly verdict: Verdict;
  /** Findings where the verdict is not `violated`. */
  readonly violations: readonly Violation[];
  /** Where nothing is promised: how many judged crashes broke each guarantee, by its name. */
  readonly findings?: FindingCounts;
  /** Guarantees that could not be judged, by name, with the reason. */
  readonly notApplicable: readonly string[];
  /** Why the trial is inconclusive; or why its I/O error struck nothing. */
  readonly problem?: string;
}
