// What a campaign tells while it runs: progress is drawn from these and from nothing else.
import type { CampaignResult, ScenarioResult } from "../result.ts";
import type { Verdict } from "../trial-record.ts";

/** One thing that happened in a campaign, in order; durations in milliseconds since its start. */
export type CampaignEvent =
  | { readonly kind: "started"; readonly rows: number; readonly seed: number }
  | {
      readonly kind: "row-started";
      readonly row: number;
      readonly scenario: string;
      readonly fault: string;
    }
  | {
      readonly kind: "trial-ended";
      readonly row: number;
      readonly scenario: string;
      readonly verdict: Verdict;
      /** Trials of this row that have ended. */
      readonly trials: number;
      /** How much of the campaign's budget is used, from 0 to 1. */
      readonly share: number;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: "row-ended";
      readonly row: number;
      readonly rows: number;
      readonly result: ScenarioResult;
      readonly elapsedMs: number;
    }
  | { readonly kind: "ended"; readonly result: CampaignResult };
