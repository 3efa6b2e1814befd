// The running sums of one row of a campaign: what its trials add up to.
import { OPERATION_KILLS } from "../faults/kill.ts";
import { addFindings } from "../guarantees/count-findings.ts";
import type { AnswersToFailures } from "../history/after-failure.ts";
import type {
  CorruptionsResult,
  ScenarioResult,
  StatesResult,
  ViolationSummary,
} from "../result.ts";
import type { Scenario } from "../scenario.ts";
import {
  type CorruptionTally,
  type FailureCounts,
  type FindingCounts,
  type LifeRecord,
  type PowerRecord,
  type ProfileVerdict,
  STRATA,
  type Stratum,
  type TrialRecord,
} from "../trial-record.ts";
import { upperBound } from "./binomial-bound.ts";
import { LossCounts } from "./loss-counts.ts";
import { cutText } from "./safe-json.ts";
import { worstOfEach } from "./worst-verdict.ts";

/** A row's result without what is concluded from it. */
export type ScenarioCounts = Omit<ScenarioResult, "verdict" | "reasons" | "twin">;

/** Problems that are told one by one; further ones are only counted. */
const PROBLEMS_KEPT = 3;

/** Adds up trial records; order does not matter. */
export class TrialTally {
  private trials = 0;
  private crashes = 0;
  private notStruck = 0;
  private acknowledgedRecords = 0;
  private atRiskRecordsMax = 0;
  private lostRecordsMax = 0;
  private allowedRecords: number | null = 0;
  private reachedAllowance = 0;
  private mayLose = false;
  private readonly losses = new LossCounts();
  private readonly violatingTrialNumbers: number[] = [];
  private inconclusiveTrials = 0;
  private randomKills = 0;
  private randomViolations = 0;
  private states: StatesResult | null = null;
  private profiles: readonly ProfileVerdict[] = [];
  private readonly approximate = new Set<string>();
  private corruptions: CorruptionsResult | null = null;
  private readonly endings = new Map<string, number>();
  private readonly strata = new Map<Stratum, number>();
  private readonly notApplicable = new Set<string>();
  private readonly kept = new Set<string>();
  private readonly violations: ViolationSummary[] = [];
  private readonly findings: ViolationSummary[] = [];
  private findingTrials = 0;
  private findingCounts: FindingCounts = {};
  private ioErrors: FailureCounts = {};
  private ioErrorAnswers: AnswersToFailures = {};

  /** A kill of the row may strike another place the next time. */
  addApproximation(reason: string): void {
    if (this.approximate.size < PROBLEMS_KEPT) this.approximate.add(cutText(reason));
  }

  /** Different reasons of inconclusive trials, a few of them. */
  get problems(): readonly string[] {
    return [...this.kept];
  }

  /** Trials added so far that broke a promise. */
  get violating(): number {
    return this.violatingTrialNumbers.length;
  }

  /** Trials added so far that broke a promise under a fault that only informs. */
  get finding(): number {
    return this.findingTrials;
  }

  /** Independent random kills so far. */
  get kills(): number {
    return this.randomKills;
  }

  get count(): number {
    return this.trials;
  }

  add(record: TrialRecord): void {
    this.trials += 1;
    if (record.verdict === "violated") this.violatingTrialNumbers.push(record.trial);
    else if (record.violations.length > 0) this.findingTrials += 1;
    this.findingCounts = addFindings(this.findingCounts, record.findings ?? {});
    this.ioErrors = addFindings(this.ioErrors, record.ioErrors ?? {});
    this.ioErrorAnswers = addFindings(this.ioErrorAnswers, record.ioErrorAnswers ?? {});
    if (record.verdict === "inconclusive") this.addProblem(record);
    for (const name of record.notApplicable) this.notApplicable.add(name);
    if (record.corruption !== undefined) this.addCorruption(record.corruption, record.lives);
    else if (isUnstruck(record)) this.notStruck += 1;
    else if (record.power !== undefined) this.addPower(record.power);
    else for (const life of record.lives) this.addLife(life);
    this.addRandomKill(record);
  }

  addViolation(violation: ViolationSummary): void {
    this.violations.push(violation);
  }

  addFinding(finding: ViolationSummary): void {
    this.findings.push(finding);
  }

  counts(scenario: Pick<Scenario, "name" | "title" | "mode">, fault: string): ScenarioCounts {
    return {
      name: scenario.name,
      title: scenario.title,
      mode: scenario.mode,
      fault,
      trials: this.trials,
      crashes: this.crashes,
      notStruck: this.notStruck,
      endings: Object.fromEntries(this.endings),
      strata: Object.fromEntries(this.strata),
      acknowledgedRecords: this.acknowledgedRecords,
      atRiskRecordsMax: this.atRiskRecordsMax,
      lostRecordsMax: this.lostRecordsMax,
      allowedRecords: this.allowedRecords,
      reachedAllowance: this.reachedAllowance,
      ...(this.losses.isEmpty ? {} : { losses: this.losses.counts() }),
      tight: this.mayLose ? this.lostRecordsMax > 0 : null,
      violatingTrials: this.violating,
      violatingTrialNumbers: this.violatingTrialNumbers.toSorted((a, b) => a - b),
      inconclusiveTrials: this.inconclusiveTrials,
      randomKills: this.randomKills,
      randomViolations: this.randomViolations,
      upperBound95: upperBound(this.randomViolations, this.randomKills),
      states: this.states,
      profiles: this.profiles,
      approximate: [...this.approximate],
      corruptions: this.corruptions,
      violations: this.violations.toSorted((a, b) => a.trial - b.trial),
      findings: this.findings.toSorted((a, b) => a.trial - b.trial),
      findingTrials: this.findingTrials,
      findingCounts: this.findingCounts,
      ...(Object.keys(this.ioErrors).length === 0
        ? {}
        : { ioErrors: this.ioErrors, ioErrorAnswers: this.ioErrorAnswers }),
      notApplicable: [...this.notApplicable].sort(),
    };
  }

  private addProblem(record: TrialRecord): void {
    this.inconclusiveTrials += 1;
    if (this.kept.size < PROBLEMS_KEPT)
      this.kept.add(cutText(record.problem ?? "no reason was given"));
  }

  private addLife(life: LifeRecord): void {
    this.endings.set(life.ended, (this.endings.get(life.ended) ?? 0) + 1);
    this.acknowledgedRecords += life.acknowledgedRecords;
    if (!life.struck) {
      this.notStruck += 1;
      return;
    }
    this.crashes += 1;
    for (const stratum of life.strata)
      this.strata.set(stratum, (this.strata.get(stratum) ?? 0) + 1);
    this.atRiskRecordsMax = Math.max(this.atRiskRecordsMax, life.atRiskRecords);
    this.losses.add(life.lostRecords, life.allowedRecords);
    this.addLoss(life.lostRecords, life.allowedRecords);
  }

  /** Every crash point is a crash; what was lost there is the worst of all disks. */
  private addPower(power: PowerRecord): void {
    this.crashes += power.crashPoints;
    this.acknowledgedRecords += power.acknowledgedRecords;
    this.atRiskRecordsMax = Math.max(this.atRiskRecordsMax, power.atRiskRecordsMax);
    this.reachedAllowance += power.reachedAllowance;
    for (const [stratum, count] of this.strataOf(power)) {
      this.strata.set(stratum, (this.strata.get(stratum) ?? 0) + count);
    }
    this.addLost(power.lostRecordsMax, power.allowedRecords, this.states === null);
    this.profiles = worstOfEach(this.profiles, power.profiles ?? []);
    this.states = addStates(addStates(this.states, power.states), power.nested);
  }

  /** Each change strikes a store at rest: it counts as a crash, and falls into no stratum. */
  private addCorruption(corruption: CorruptionTally, lives: readonly LifeRecord[]): void {
    this.crashes += corruption.judged;
    for (const life of lives) this.acknowledgedRecords += life.acknowledgedRecords;
    this.corruptions = addCorruptions(this.corruptions, corruption);
  }

  private strataOf({ strata }: PowerRecord): readonly [Stratum, number][] {
    return STRATA.flatMap((stratum): [Stratum, number][] => {
      const count = strata[stratum];
      return count === undefined ? [] : [[stratum, count]];
    });
  }

  /** The allowance that is told is that of the crash that lost most, and of these the smallest. */
  private addLoss(lost: number, allowed: number | null): void {
    if (allowed !== null && allowed > 0 && lost === allowed) this.reachedAllowance += 1;
    this.addLost(lost, allowed, this.crashes === 1);
  }

  private addLost(lost: number, allowed: number | null, first: boolean): void {
    if (allowed !== 0) this.mayLose = true;
    const smaller = (allowed ?? Infinity) < (this.allowedRecords ?? Infinity);
    if (first || lost > this.lostRecordsMax || (lost === this.lostRecordsMax && smaller)) {
      this.lostRecordsMax = lost;
      this.allowedRecords = allowed;
    }
  }

  /**
   * The kills of one chain share a directory and are not independent of each other, so a chain
   * counts once, however many of its lives were killed.
   */
  private addRandomKill(record: TrialRecord): void {
    const isKill = record.fault === "kill" || record.fault.startsWith("kill:");
    const random = isKill && record.fault !== OPERATION_KILLS;
    if (!random || !record.lives.some((life) => life.struck)) return;
    this.randomKills += 1;
    if (record.verdict === "violated") this.randomViolations += 1;
  }
}

/** An I/O error that found nothing to strike: what the power cuts behind it came to says nothing of it. */
function isUnstruck({ ioErrors, verdict }: TrialRecord): boolean {
  return ioErrors !== undefined && Object.keys(ioErrors).length === 0 && verdict !== "violated";
}

function addStates(sum: StatesResult | null, more: StatesResult): StatesResult {
  if (sum === null) return more;
  return {
    legal: (BigInt(sum.legal) + BigInt(more.legal)).toString(),
    distinct: sum.distinct + more.distinct,
    visited: sum.visited + more.visited,
    judged: sum.judged + more.judged,
  };
}

function addCorruptions(sum: CorruptionsResult | null, more: CorruptionTally): CorruptionsResult {
  return {
    judged: (sum?.judged ?? 0) + more.judged,
    noticed: (sum?.noticed ?? 0) + more.noticed,
    harmless: (sum?.harmless ?? 0) + more.harmless,
    lostSilently: (sum?.lostSilently ?? 0) + more.lostSilently,
    lostOperationsMax: Math.max(sum?.lostOperationsMax ?? 0, more.lostOperationsMax),
  };
}
