// What a measuring child is asked, and what it answers; both cross a process.
import type { LatencySummary, RiskWindowMeasurement } from "../measurement.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";

/** Which store, and how it is asked. */
export interface StoreToMeasure {
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  /** Of the payloads. */
  readonly seed: number;
  readonly recordBytes: number;
  /** Appends in flight. */
  readonly callers: number;
  /** An empty directory of its own, on the disk that is measured. */
  readonly directory: string;
}

/** How fast the store appends. Each stretch also ends when it has written `bytesMax` of payload. */
export interface SpeedJob extends StoreToMeasure {
  readonly kind: "speed";
  readonly warmUpMs: number;
  /** Counted only. */
  readonly rateMs: number;
  /** Each append timed. */
  readonly latencyMs: number;
  /** Batches of ten, each timed. */
  readonly batchMs: number;
  readonly bytesMax: number;
}

/** What a crash would lose at each moment of so many appends. */
export interface RiskJob extends StoreToMeasure {
  readonly kind: "risk";
  readonly appends: number;
}

/**
 * How a writer that is killed spends its time: it makes each payload when it is asked for, and writes each answer
 * to a pipe.
 */
export interface PaceJob extends StoreToMeasure {
  readonly kind: "pace";
  readonly appends: number;
}

/** What the disk and the memory cost. */
export interface PlaceJob {
  readonly kind: "place";
  readonly directory: string;
  readonly syncs: number;
  readonly copyBytes: readonly number[];
}

export type MeasureJob = SpeedJob | RiskJob | PaceJob | PlaceJob;

export interface SpeedReply {
  readonly kind: "speed";
  /** Of the stretch that was counted only. */
  readonly durationMs: number;
  readonly appends: number;
  readonly syncs: number;
  readonly append: LatencySummary;
  /** `null` where the store has no batches. */
  readonly batch: LatencySummary | null;
}

export interface RiskReply {
  readonly kind: "risk";
  readonly kill: RiskWindowMeasurement;
  readonly power: RiskWindowMeasurement;
}

export interface PaceReply {
  readonly kind: "pace";
  /** Of the middle half of the time between the first answer and the last. The barest disk is taken for the worst. */
  readonly kill: RiskWindowMeasurement;
  /** Records that a kill right behind each answer would lose, in the order of the answers. */
  readonly killAfterAnswers: readonly number[];
}

export interface PlaceReply {
  readonly kind: "place";
  /** One write of 100 bytes and its fdatasync, each. */
  readonly syncNanos: readonly number[];
  readonly copies: readonly { readonly recordBytes: number; readonly medianNanos: number }[];
  /** One reading of the clock, which each latency holds. */
  readonly clockNanos: number;
}

export type MeasureReply =
  | SpeedReply
  | RiskReply
  | PaceReply
  | PlaceReply
  | { readonly kind: "bad-subject"; readonly message: string }
  /** The store, or what it stands on, threw. */
  | { readonly kind: "failed"; readonly message: string };
