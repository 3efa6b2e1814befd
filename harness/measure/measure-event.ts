// What a measurement tells while it runs: progress is drawn from these and from nothing else.
import type { CampaignResult } from "../result.ts";

/** What is done with a setting. */
export type MeasuredPart = "speed and risk window" | "kills after an answer" | "kills at a time";

/** One thing that happened, in order; durations in milliseconds since the start. */
export type MeasureEvent =
  | { readonly kind: "started"; readonly steps: number; readonly seed: number }
  | {
      readonly kind: "progress";
      readonly setting: string;
      readonly part: MeasuredPart;
      /** How much of the time is used, from 0 to 1. */
      readonly share: number;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: "step-ended";
      readonly step: number;
      readonly steps: number;
      readonly setting: string;
      readonly part: MeasuredPart;
      /** What came of it, in a few words. */
      readonly told: string;
      readonly elapsedMs: number;
    }
  | { readonly kind: "ended"; readonly result: CampaignResult };
