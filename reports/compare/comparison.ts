// What two results of the same scenarios came to beside each other: plain data for every renderer.
import type { CampaignResult } from "../../harness/result.ts";
import type { Verdict } from "../../harness/trial-record.ts";

/**
 * What a difference means for whoever relies on BASE. `weaker`: a promise is smaller or no longer kept. `unclear`: it
 * cannot be said whether it is. `changed`: different, and nothing that was promised. `same`: no difference beyond noise.
 */
export type Weight = "weaker" | "unclear" | "changed" | "better" | "same";

export type Aspect =
  | "row"
  | "verdict"
  | "guarantees"
  | "allowance"
  | "losses"
  | "violations"
  | "findings"
  | "devices"
  | "mode"
  | "risk window"
  | "sampled losses"
  | "append latency"
  | "batch latency";

/** A test of "both runs come from the same", and how large the difference is. */
export interface ComparisonTest {
  readonly name: "Fisher" | "Mann-Whitney" | "Rosenbaum";
  readonly pValue: number;
  /** After Holm's correction over all tests of the comparison. */
  readonly adjusted: number;
  /** In words, with its interval where it has one. */
  readonly effect: string;
  /** True where the effect lies above the floor below which it is not called a change. */
  readonly isLarge: boolean;
}

/** One thing that was compared. */
export interface Difference {
  readonly aspect: Aspect;
  readonly weight: Weight;
  /** What it was and what it is. */
  readonly text: string;
  readonly test?: ComparisonTest;
}

/** What a row came to on one side; of one that was not run there is none. */
export interface RowFacts {
  readonly verdict: Verdict;
  readonly trials: number;
  readonly crashes: number;
  readonly lostRecordsMax: number;
  readonly allowedRecords: number | null;
}

/** A scenario under a fault. */
export interface RowComparison {
  readonly name: string;
  readonly fault: string;
  readonly base: RowFacts | null;
  readonly head: RowFacts | null;
  /** The gravest of its differences. */
  readonly weight: Weight;
  readonly differences: readonly Difference[];
}

/** A measured setting. */
export interface SettingComparison {
  readonly id: string;
  readonly weight: Weight;
  readonly differences: readonly Difference[];
}

/** Which run it was. */
export type RunFacts = Pick<
  CampaignResult,
  "ackproof" | "command" | "seed" | "startedAt" | "complete" | "verdict" | "machine"
>;

export interface Comparison {
  readonly base: RunFacts;
  readonly head: RunFacts;
  /** `weaker` where anything is, else `unclear` where anything is, else `held`. */
  readonly outcome: "weaker" | "unclear" | "held";
  /** How often a comparison of two runs of one program may call anything changed by its tests. */
  readonly errorRate: number;
  readonly tests: number;
  readonly rows: readonly RowComparison[];
  readonly settings: readonly SettingComparison[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}
