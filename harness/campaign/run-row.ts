// One row of a campaign: trials side by side until its share of the budget is used.
import { OPERATION_KILLS } from "../faults/kill.ts";
import { parseFault } from "../faults/parse-fault.ts";
import { faultKind, promisesSurvival } from "../history/allowance.ts";
import { explainViolation } from "../hunt/explain-violation.ts";
import { explanationLine } from "../hunt/explanation-line.ts";
import { runOperationKills } from "../recorded/operation-kills.ts";
import type { ScenarioResult, TwinResult } from "../result.ts";
import { trialSeed } from "../seed.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { Verdict } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { sampleWorkload } from "../workload-arbitraries.ts";
import type { CampaignSettings } from "./campaign-options.ts";
import { concludeScenario } from "./conclude-scenario.ts";
import { convictTwin } from "./convict-twin.ts";
import type { CampaignRow } from "./plan-rows.ts";
import type { ReportDirectory } from "./report-directory.ts";
import { discardStore, type RowOutcome, runRowTrial, shrinkRowTrial } from "./row-trial.ts";
import { TrialTally } from "./trial-tally.ts";
import type { ViolationShelf } from "./violation-shelf.ts";

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
  private nextTrial = 0;
  private failed = false;
  private done = false;
  private twin: TwinResult | null = null;

  /** The row stops starting trials `limitMs` after this. */
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
    else await this.runLanes(settings.concurrency);
    this.done = !settings.signal.aborted;
    return this.result();
  }

  /** What is known so far. */
  result(): ScenarioResult {
    const { scenario, fault } = this.row;
    return concludeScenario({
      counts: this.tally.counts(scenario, fault),
      requiredStrata: drawsStrata(fault) ? scenario.requiredStrata : [],
      // Enumerated kills need no luck, and so no number of them.
      minimumCrashes: fault === OPERATION_KILLS ? 1 : this.context.settings.minimumCrashes,
      twin: this.twin,
      measures: this.measures,
      problems: this.tally.problems,
      unfinished: !this.done,
    });
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

  /** All lanes have ended when this settles, so that no trial outlives its row. */
  private async runLanes(count: number): Promise<void> {
    const lanes = Array.from({ length: count }, () => this.runLane());
    for (const lane of await Promise.allSettled(lanes)) {
      if (lane.status === "rejected") throw lane.reason;
    }
  }

  private async runLane(): Promise<void> {
    const { settings, supervisor } = this.context;
    try {
      while (this.goesOn()) {
        const trial = this.nextTrial;
        this.nextTrial += 1;
        const seed = trialSeed(settings.seed, trial);
        const outcome = await runRowTrial(this.row, { trial, seed }, supervisor);
        await this.take(outcome);
        await this.context.onTrial(this, outcome.record.verdict);
      }
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
      this.usedMs() < this.limitMs &&
      this.tally.violating < VIOLATING_TRIALS_LIMIT
    );
  }

  private async take(outcome: RowOutcome): Promise<void> {
    this.context.report.addTrial(outcome.record);
    this.tally.add(outcome.record);
    if (outcome.record.verdict === "violated") await this.keep(outcome);
    else if (outcome.record.violations.length > 0) await this.keepFinding(outcome);
    discardStore(outcome);
  }

  /** The first violation of a row is the one that people look at: it is made small. */
  private async keep(outcome: RowOutcome): Promise<void> {
    const { shelf, supervisor } = this.context;
    const first = this.tally.violating === 1;
    const kept = first ? await shrinkRowTrial(this.row, outcome, supervisor) : outcome;
    const prevention = await this.preventionOf(kept);
    for (const violation of shelf.keep(this.row.scenario, kept, prevention)) {
      this.tally.addViolation(violation);
    }
    if (kept !== outcome) discardStore(kept);
  }

  /** What breaks under a fault that only informs is told as it was found. */
  private async keepFinding(outcome: RowOutcome): Promise<void> {
    if (this.tally.finding > FINDING_TRIALS_LIMIT) return;
    const prevention = await this.preventionOf(outcome);
    for (const finding of this.context.shelf.keep(this.row.scenario, outcome, prevention)) {
      this.tally.addFinding(finding);
    }
  }

  /** Of a power cut's violation: the sync that prevents it, in one line. */
  private async preventionOf({ record, history, trace }: RowOutcome): Promise<string | undefined> {
    const { scenario } = this.row;
    const { workload, events } = history;
    const promise = scenario.promise(workload.options);
    const violation = { record, workload, promise, events, trace };
    return explanationLine(await explainViolation(violation, scenario, this.context.supervisor));
  }

  private usedMs(): number {
    return this.context.settings.clock.monotonicMs() - this.startedMs;
  }
}
