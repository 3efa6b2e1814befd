// What a campaign has to say: the content of result.json (schema/result.schema.json).
import type { CrashStory } from "./crash-story.ts";
import type { AnswersToFailures } from "./history/after-failure.ts";
import type { Measurement } from "./measurement.ts";
import type {
  CorruptionTally,
  FailureCounts,
  FindingCounts,
  ProfileVerdict,
  StateTally,
  Stratum,
  Verdict,
} from "./trial-record.ts";

export interface ViolationSummary {
  /** Names the artifact's folder: violations/<id>/. */
  readonly id: string;
  readonly guarantee: string;
  readonly message: string;
  readonly trial: number;
  readonly seed: number;
  /** The command that repeats it; `null` where no artifact was kept. */
  readonly replay: string | null;
  /** Of a power cut: the sync that prevents it; left out where none was found in time. */
  readonly prevention?: string;
  /** Left out where no artifact was kept, and of a trial's further violations. */
  readonly story?: CrashStory;
}

/** How many crashes lost so many records where so many were allowed; `null` where the mode sets no number. */
export interface LossCount {
  readonly lost: number;
  readonly allowed: number | null;
  readonly crashes: number;
}

/** The proof that this scenario could have convicted: the same workload with a lying writer. */
export interface TwinResult {
  readonly convicted: boolean;
  readonly trials: number;
  readonly description: string;
}

/** How many crash states all trials of a row had; nested crashes are among them. */
export type StatesResult = StateTally;

/** What the stores of all trials of a row made of being damaged at rest. */
export type CorruptionsResult = CorruptionTally;

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly mode: string;
  readonly fault: string;
  readonly verdict: Verdict;
  /** Sentences that say why the verdict is not better. */
  readonly reasons: readonly string[];
  readonly trials: number;
  /** How long they took together, side by side; left out while they run, and by older versions. */
  readonly durationMs?: number;
  /** Crashes that struck. */
  readonly crashes: number;
  /** Kills drawn that found nothing to strike. */
  readonly notStruck: number;
  /** Lives by how the writer ended. */
  readonly endings: { readonly [ending: string]: number };
  readonly strata: { readonly [S in Stratum]?: number };
  readonly acknowledgedRecords: number;
  /** Most acknowledged records that a crash found unprotected. */
  readonly atRiskRecordsMax: number;
  readonly lostRecordsMax: number;
  /** What the crash that lost most was allowed to lose; `null` where the mode sets no number. */
  readonly allowedRecords: number | null;
  /** Crashes that lost exactly what was allowed. */
  readonly reachedAllowance: number;
  /** Of kills: what each crash lost, equal ones counted together; left out of faults whose crashes are built. */
  readonly losses?: readonly LossCount[];
  /** False where the mode may lose and was never seen to; `null` where it may lose nothing. */
  readonly tight: boolean | null;
  readonly violatingTrials: number;
  /** Which of the trials they were, from 0, ascending: how long it took to convict. */
  readonly violatingTrialNumbers?: readonly number[];
  readonly inconclusiveTrials: number;
  /** Independent random kills, and how many of them broke a promise. */
  readonly randomKills: number;
  readonly randomViolations: number;
  /** Exact (Clopper-Pearson) one-sided 95 % upper bound on the chance that a random kill convicts. */
  readonly upperBound95: number | null;
  /** Of a power cut; `null` where no disk was built. */
  readonly states: StatesResult | null;
  /** Of a program's power cuts: the worst of all recordings on posix and on ext4; else none. */
  readonly profiles: readonly ProfileVerdict[];
  /** Of kills before each file operation: why they need not strike each, or the same place again; else none. */
  readonly approximate: readonly string[];
  /** Of corruption at rest; `null` where nothing was damaged. */
  readonly corruptions: CorruptionsResult | null;
  readonly violations: readonly ViolationSummary[];
  /** Broken promises under a fault that only informs: they set no verdict. A few have an artifact. */
  readonly findings: readonly ViolationSummary[];
  /** Trials with findings, also those that are not told one by one. */
  readonly findingTrials: number;
  /** Where nothing is promised: how many judged crashes broke each guarantee, by its name. */
  readonly findingCounts: FindingCounts;
  /** Of I/O errors: how often each struck, by call and error; left out where none did. */
  readonly ioErrors?: FailureCounts;
  /** What was answered behind them, by call, error and answer, as in `syncData:EIO failed`. */
  readonly ioErrorAnswers?: AnswersToFailures;
  readonly twin: TwinResult | null;
  readonly notApplicable: readonly string[];
}

export interface NotRun {
  readonly fault: string;
  readonly reason: string;
  readonly command?: string;
}

export interface CampaignResult {
  readonly schemaVersion: 1;
  readonly ackproof: string;
  readonly command: string;
  /** False until the campaign has ended; an interrupted campaign stays false. */
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: {
    readonly platform: string;
    readonly release: string;
    readonly arch: string;
    readonly cpus: number;
    readonly node: string;
    readonly containment: string;
  };
  readonly verdict: Verdict;
  /** Sentences that qualify the whole, such as what `kill` alone can not show. */
  readonly notes: readonly string[];
  readonly notRun: readonly NotRun[];
  readonly scenarios: readonly ScenarioResult[];
  /** Latencies and risk windows; left out where none were measured. */
  readonly measurement?: Measurement;
}
