// What `ackproof measure` has to say: the part `measurement` of result.json.
import type { Json } from "./subject.ts";

/** Where it was measured: numbers without it mean nothing. */
export interface MeasuredPlace {
  readonly cpuModel: string;
  readonly memoryBytes: number;
  /** Type of the file system of the measured directories, as the mount table names it: `ext4`. */
  readonly fileSystem: string;
  readonly mountOptions: string;
  /** True for tmpfs and the like, where a sync costs nothing. */
  readonly isInMemory: boolean;
  /** Processes that wanted to run, on average over a minute; other work disturbs latencies. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** One write of 100 bytes to a growing file and its fdatasync, beside the settings in the same run. */
  readonly syncLatency: LatencySummary;
  /** One copy of a record of so many bytes from memory to memory. */
  readonly copies: readonly { readonly recordBytes: number; readonly medianNanos: number }[];
  /** One reading of the clock, which each latency holds. */
  readonly clockNanos: number;
}

/**
 * Times of one kind of call, in microseconds, off a histogram with three significant figures. Callers ask
 * again when they were answered (a closed loop), so there is no coordinated omission to correct.
 */
export interface LatencySummary {
  readonly count: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly p999Micros: number;
  readonly maxMicros: number;
  readonly meanMicros: number;
  /** Calls that took at most so long and longer than the entry before; ascending, none empty. */
  readonly buckets: readonly { readonly upToMicros: number; readonly count: number }[];
}

/** How fast a setting is, on a real disk, in a process of its own. */
export interface MeasuredSpeed {
  /** Of the stretch in which appends were counted and not timed one by one. */
  readonly durationMs: number;
  /** Those of that stretch. */
  readonly appends: number;
  readonly appendsPerSecond: number;
  /** fsync and fdatasync of the log's files and directories in that stretch, rotations among them; `null` where they could not be counted. */
  readonly syncs: number | null;
  readonly syncsPerAppend: number | null;
  /** From the call to its answer; of `group` to the promise's settlement; of a command from line to line. */
  readonly append: LatencySummary;
  /** Of `appendBatch` with ten records of the setting's size; `null` where it was not measured. */
  readonly batch: LatencySummary | null;
}

/** Quantiles over the time in which records were appended. */
export interface RiskQuantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What a crash at an instant would lose of what was acknowledged then. */
export interface RiskInstant {
  /** Since the first append was asked for. */
  readonly atMillis: number;
  readonly records: number;
  /** Of their payloads. */
  readonly bytes: number;
  /**
   * Age of the oldest acknowledgement that would be lost; 0 where none would. It grows with the time
   * until the next entry; the other two stay.
   */
  readonly millis: number;
}

/** The risk window of one setting under one fault, from one recording on a real disk with its times. */
export interface RiskWindowMeasurement {
  /** "exact" as docs/crash-model.md has it; else the worst legal crash may lose more. */
  readonly grounds: "exact" | "at-least";
  readonly records: RiskQuantiles;
  readonly bytes: RiskQuantiles;
  readonly millis: RiskQuantiles;
  /** Share of the time at each number of records at risk; ascending, shares add up to 1. */
  readonly distribution: readonly { readonly records: number; readonly share: number }[];
  /** An entry where a number changes; a stretch of at most 2000 entries from the beginning. */
  readonly series: readonly RiskInstant[];
  /** From the first append's call to the last one's answer; a window that never closes is bounded by it. */
  readonly durationMillis: number;
  readonly appends: number;
}

/**
 * Real kills: how many acknowledged records each lost, counted from the last barrier. `acknowledgement`: killed
 * exactly after a drawn number of answers, so the law of `batch` is uniform on 0..N-1. `moment`: killed at a
 * drawn time, where the law is weighted by how long the writer stays in each phase.
 */
export interface SampledLosses {
  readonly drawn: "acknowledgement" | "moment";
  readonly kills: number;
  /** How many kills lost so many records; ascending, none without a kill. */
  readonly counts: readonly { readonly records: number; readonly kills: number }[];
  /** Of `batch`: the chance of each loss from 0 to N-1 by its law; else `null`. */
  readonly law: readonly number[] | null;
  /** Where the law comes from, in words. */
  readonly lawSource: string | null;
}

/** One scenario opened with one set of options, asked by so many callers. */
export interface MeasuredSetting {
  /** Names it in tables and files: `wal/batch N=100 64 B`. */
  readonly id: string;
  readonly scenario: string;
  readonly mode: string;
  readonly options: { readonly [key: string]: Json };
  readonly recordBytes: number;
  /** Appends in flight. */
  readonly callers: number;
  /** True for the setting that stands for its mode in the spectrum's table. */
  readonly isTypical: boolean;
  /** What the mode promises to lose at most, in records; `null` where it sets no number. */
  readonly allowedRecords: { readonly kill: number | null; readonly power: number | null };
  /** Whether a batch makes itself and all before it durable, by the promise; `null` where the store has none. */
  readonly batchIsBarrier: boolean | null;
  readonly speed: MeasuredSpeed;
  /** `null` where the store's calls of the disk could not be recorded with their times. */
  readonly risk: MeasuredRisk | null;
  /** Real kills; empty where none were made of this setting. */
  readonly sampled: readonly SampledLosses[];
  /** What could not be measured of this store, each with the reason. */
  readonly notApplicable: readonly string[];
}

/** The window under either fault, of one recording. */
export interface MeasuredRisk {
  readonly kill: RiskWindowMeasurement;
  readonly power: RiskWindowMeasurement;
}

export interface Measurement {
  readonly place: MeasuredPlace;
  readonly settings: readonly MeasuredSetting[];
}
