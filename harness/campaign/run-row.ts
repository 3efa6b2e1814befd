// One row of a campaign: trials side by side until its share of the budget is used.
import { EACH_IO_ERROR, failuresFor } from "../faults/io-error-text.ts";
import { OPERATION_KILLS } from "../faults/kill.ts";
import { parseFault } from "../faults/parse-fault.ts";
import { faultKind, promisesSurvival, promiseUnder } from "../history/allowance.ts";
import { explainViolation } from "../hunt/explain-violation.ts";
import { explanationLine } from "../hunt/explanation-line.ts";
import { everyFailure } from "../power/settle-failure.ts";
import { runOperationKills } from "../recorded/operation-kills.ts";
import type { ScenarioResult, TwinResult } from "../result.ts";
import { trialSeed } from "../seed.ts";
import { tellCrash } from "../story/tell-crash.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { Verdict } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { sampleWorkload } from "../workload-arbitraries.ts";
import type { CampaignSettings } from "./campaign-options.ts";
import { concludeScenario, type Evidence, missingCrashes } from "./conclude-scenario.ts";
import { convictTwin } from "./convict-twin.ts";
import type { CampaignRow } from "./plan-rows.ts";
import type { ReportDirectory } from "./report-directory.ts";
import {
  discardStore,
  type RowOutcome,
  type RowTrial,
  runRowTrial,
  shrinkRowTrial,
} from "./row-trial.ts";
import { curtailed } from "./stop-rule.ts";
import { TrialTally } from "./trial-tally.ts";
import type { ToldViolation, ViolationShelf } from "./violation-shelf.ts";

/** A row stops at this many violating trials: more of them say nothing new. */
const VIOLATING_TRIALS_LIMIT = 5;
/** Trials of a row whose findings are told; they set no verdict, so the row goes on. */
const FINDING_TRIALS_LIMIT = 5;

/** What all rows of a campaign share. */
export interface RowContext {
  readonly settings: CampaignSettings;
  readonly supervisor: Supervisor;
  readonly report: ReportDirectory;
  readonly shelf: ViolationShelf;
  /** Called after each trial; the row waits for it. */
  readonly onTrial: (row: RowRun, verdict: Verdict) => Promise<void>;
}

/** Damage at rest, and one life killed at its operations, have no strata to be met by luck. */
function drawsStrata(fault: string): boolean {
  return parseFault(fault).kind !== "corrupt" && fault !== OPERATION_KILLS;
}

/** The first life, up to where it would open the store again. */
function oneLife(workload: Workload): Workload {
  const [first = []] = workload.lives;
  const end = first.findIndex(({ kind }) => kind === "reopen");
  return { ...workload, lives: [end < 0 ? first : first.slice(0, end)] };
}

/** A row at work. */
export class RowRun {
  private readonly tally = new TrialTally();
  private readonly row: CampaignRow;
  private readonly context: RowContext;
  private readonly startedMs: number;
  private readonly limitMs: number;
  private readonly callsMade = new Set<string>();
  private nextTrial = 0;
  private failed = false;
  private done = false;
  private twin: TwinResult | null = null;

  /** The row stops starting trials `limitMs` after this, and later only for crashes that it lacks. */
  constructor(row: CampaignRow, limitMs: number, context: RowContext) {
    this.row = row;
    this.limitMs = limitMs;
    this.context = context;
    this.startedMs = context.settings.clock.monotonicMs();
  }

  get scenario(): string {
    return this.row.scenario.name;
  }

  /** Trials that have ended. */
  get trials(): number {
    return this.tally.count;
  }

  /** True once the row has had its share of the budget. */
  get finished(): boolean {
    return this.done;
  }

  /** How much of the row's budget is used, from 0 to 1. */
  get share(): number {
    const byTime = this.usedMs() / this.limitMs;
    return Math.min(1, Math.max(byTime, this.trials / this.context.settings.trials));
  }

  /** True where the store promises of nothing that it survives the row's fault. */
  private get measures(): boolean {
    const { scenario, fault } = this.row;
    return !promisesSurvival(scenario.promise({}), faultKind(fault));
  }

  /** Runs to the end of the budget, or to the campaign's abort. */
  async run(): Promise<ScenarioResult> {
    const { settings, supervisor } = this.context;
    if (!this.measures) this.twin = await convictTwin(this.row, settings.seed, supervisor);
    if (this.row.fault === OPERATION_KILLS) await this.killAtOperations();
    else if (this.row.fault === EACH_IO_ERROR) await this.failEachCall();
    else await this.runLanes(() => this.runDrawn());
    this.done = !settings.signal.aborted;
    return this.result();
  }

  /** What is known so far. */
  result(): ScenarioResult {
    return concludeScenario(this.evidence());
  }

  private evidence(): Evidence {
    const { scenario, fault } = this.row;
    return {
      counts: this.tally.counts(scenario, fault),
      requiredStrata: drawsStrata(fault) ? scenario.requiredStrata : [],
      // Enumerated kills need no luck, and so no number of them.
      minimumCrashes: fault === OPERATION_KILLS ? 1 : this.context.settings.minimumCrashes,
      ...(this.killsForBound === null ? {} : { minimumKills: this.killsForBound }),
      twin: this.twin,
      measures: this.measures,
      problems: this.tally.problems,
      ...(this.callsMade.size === 0 ? {} : { callsMade: [...this.callsMade] }),
      unfinished: !this.done,
    };
  }

  /** One workload after the other, of one life each, is killed before each of its file operations. */
  private async killAtOperations(): Promise<void> {
    const { settings, supervisor } = this.context;
    const { scenario } = this.row;
    for (let drawn = 0; this.goesOn(); drawn += 1) {
      const workload = oneLife(sampleWorkload(scenario.workloads, trialSeed(settings.seed, drawn)));
      const killed = await runOperationKills(
        {
          scenario,
          workload,
          firstTrial: this.nextTrial,
          onOutcome: async (outcome) => {
            this.nextTrial += 1;
            await this.take(outcome);
            await this.context.onTrial(this, outcome.record.verdict);
            return this.goesOn();
          },
        },
        supervisor,
      );
      if (killed.kind === "not-killed") {
        this.tally.addApproximation(killed.because);
        return;
      }
      for (const reason of killed.reasons) this.tally.addApproximation(reason);
      const { trials, operations } = killed;
      if (drawn === 0 && trials < operations) {
        const told = `the budget ended before ${operations - trials} of the first workload's ${operations} file operations were struck`;
        this.tally.addApproximation(told);
      }
    }
  }

  /** One workload after the other has each of its calls fail in each way, one a trial. */
  private async failEachCall(): Promise<void> {
    const { scenario, fault } = this.row;
    for (let drawn = 0; this.goesOn(); drawn += 1) {
      const seed = trialSeed(this.context.settings.seed, drawn);
      const workload = oneLife(sampleWorkload(scenario.workloads, seed));
      // A drawn failure to begin with: its recording is what the calls are counted in.
      const { callCounts = new Map() } = await this.runTrial({ seed, workload });
      const failures = everyFailure(failuresFor(fault, scenario), callCounts);
      await this.runLanes(async () => {
        const { value: failure } = failures.next();
        if (failure === undefined) return false;
        await this.runTrial({ seed, workload, failure });
        return true;
      });
    }
  }

  private async runDrawn(): Promise<boolean> {
    await this.runTrial({ seed: trialSeed(this.context.settings.seed, this.nextTrial) });
    return true;
  }

  private async runTrial(which: Omit<RowTrial, "trial">): Promise<RowOutcome> {
    const trial = this.nextTrial;
    this.nextTrial += 1;
    const outcome = await runRowTrial(this.row, { ...which, trial }, this.context.supervisor);
    await this.take(outcome);
    await this.context.onTrial(this, outcome.record.verdict);
    return outcome;
  }

  /**
   * Steps side by side, until one says that there is nothing left. All lanes have ended when this
   * settles, so that no trial outlives its row.
   */
  private async runLanes(step: () => Promise<boolean>): Promise<void> {
    const { concurrency } = this.context.settings;
    const lanes = Array.from({ length: concurrency }, () => this.runLane(step));
    for (const lane of await Promise.allSettled(lanes)) {
      if (lane.status === "rejected") throw lane.reason;
    }
  }

  private async runLane(step: () => Promise<boolean>): Promise<void> {
    try {
      while (this.goesOn() && (await step()));
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  private goesOn(): boolean {
    const { settings } = this.context;
    return (
      !this.failed &&
      !settings.signal.aborted &&
      this.nextTrial < settings.trials &&
      this.hasTime() &&
      !this.isBounded() &&
      this.tally.violating < VIOLATING_TRIALS_LIMIT
    );
  }

  /** Of a row whose kills are drawn: how many of them end it. */
  private get killsForBound(): number | null {
    const { fault } = this.row;
    const isDrawn = parseFault(fault).kind === "kill" && fault !== OPERATION_KILLS;
    return isDrawn ? this.context.settings.killsForBound : null;
  }

  private isBounded(): boolean {
    if (this.killsForBound === null) return false;
    const counts = { trials: this.tally.kills, violations: this.tally.violating };
    return curtailed(counts, this.killsForBound) === "enough";
  }

  private hasTime(): boolean {
    const usedMs = this.usedMs();
    if (usedMs < this.limitMs) return true;
    const { allowsOvertime } = this.context.settings;
    const withinOvertime = allowsOvertime && usedMs < 2 * this.limitMs;
    return withinOvertime && missingCrashes(this.evidence()).length > 0;
  }

  private async take(outcome: RowOutcome): Promise<void> {
    this.context.report.addTrial(outcome.record);
    this.tally.add(outcome.record);
    for (const call of outcome.callCounts?.keys() ?? []) this.callsMade.add(call);
    for (const reason of outcome.approximate ?? []) this.tally.addApproximation(reason);
    if (outcome.record.verdict === "violated") await this.keep(outcome);
    else if (outcome.record.violations.length > 0) await this.keepFinding(outcome);
    discardStore(outcome);
  }

  /** The first violation of a row is the one that people look at: it is made small. */
  private async keep(outcome: RowOutcome): Promise<void> {
    const { shelf, supervisor } = this.context;
    const first = this.tally.violating === 1;
    const kept = first ? await shrinkRowTrial(this.row, outcome, supervisor) : outcome;
    const told = await this.tell(kept);
    for (const violation of shelf.keep(this.row.scenario, kept, told)) {
      this.tally.addViolation(violation);
    }
    if (kept !== outcome) discardStore(kept);
  }

  /** What breaks under a fault that only informs is told as it was found. */
  private async keepFinding(outcome: RowOutcome): Promise<void> {
    if (this.tally.finding > FINDING_TRIALS_LIMIT) return;
    const told = await this.tell(outcome);
    for (const finding of this.context.shelf.keep(this.row.scenario, outcome, told)) {
      this.tally.addFinding(finding);
    }
  }

  /** The story of the trial's first violation and, of a power cut, the sync that prevents it. */
  private async tell(outcome: RowOutcome): Promise<ToldViolation> {
    const { scenario } = this.row;
    const { usesStoragePort } = scenario;
    const { record, history, trace } = outcome;
    const { workload, events } = history;
    const promise = promiseUnder(scenario.promise(workload.options), faultKind(record.fault));
    const violation = { record, workload, promise, events, trace };
    const explanation = await explainViolation(violation, scenario, this.context.supervisor);
    const story = tellCrash({ ...outcome, promise, usesStoragePort, explanation });
    return { prevention: explanationLine(explanation), story };
  }

  private usedMs(): number {
    return this.context.settings.clock.monotonicMs() - this.startedMs;
  }
}
