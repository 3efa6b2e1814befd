// A campaign: many trials from one seed, row after row, to a verdict and a report.
import { assembleResult } from "./campaign/assemble-result.ts";
import {
  type CampaignOptions,
  type CampaignSettings,
  settleOptions,
} from "./campaign/campaign-options.ts";
import { type CampaignPlan, type CampaignRow, planRows } from "./campaign/plan-rows.ts";
import { openReportDirectory, type ReportDirectory } from "./campaign/report-directory.ts";
import { type RowContext, RowRun } from "./campaign/run-row.ts";
import { ViolationShelf } from "./campaign/violation-shelf.ts";
import { parseFault } from "./faults/parse-fault.ts";
import type { CampaignResult, ScenarioResult } from "./result.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";

/**
 * A kill costs a process and shows one crash; what a power cut may leave is built in memory, and of an I/O
 * error fewer of these disks.
 */
const WEIGHTS: { readonly [K in ReturnType<typeof parseFault>["kind"]]: number } = {
  kill: 9,
  power: 2,
  "io-error": 1.5,
  corrupt: 2,
};

/** While trials end, the result is saved this far apart. */
const SAVE_EVERY_MS = 2000;

/** An explanation is an extra: the gate waits less for it than a replay does. */
const LIMITS = { explainMs: 2_000 };

/**
 * Runs every scenario under its fault and leaves a report. An abort is no error: the trials in
 * flight end, what there is gets saved, and the result says `interrupted`.
 * @throws CampaignError, FaultError for a campaign that cannot be run as it was asked for;
 * SupervisorError where a subject cannot be loaded or the harness itself failed.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const settings = settleOptions(options);
  const plan = await planRows(settings.scenarios, settings.faults, settings.clock);
  const report = openReportDirectory(settings.out);
  const { childFile, concurrency, clock } = settings;
  const supervisor = await startSupervisor({ childFile, concurrency, clock, limits: LIMITS });
  try {
    return await new CampaignRun({ settings, plan, report, supervisor }).run();
  } finally {
    await supervisor.close();
  }
}

interface CampaignParts {
  readonly settings: CampaignSettings;
  readonly plan: CampaignPlan;
  readonly report: ReportDirectory;
  readonly supervisor: Supervisor;
}

class CampaignRun {
  private readonly parts: CampaignParts;
  private readonly shelf: ViolationShelf;
  private readonly startedMs: number;
  private readonly startedWallMs: number;
  private readonly ended: ScenarioResult[] = [];
  private interrupted = false;
  private savedMs = 0;
  /** Used of the time that the rows share. */
  private sharedMs = 0;

  constructor(parts: CampaignParts) {
    const { settings, report } = parts;
    this.parts = parts;
    this.shelf = new ViolationShelf(report.violations, settings);
    this.startedMs = settings.clock.monotonicMs();
    this.startedWallMs = settings.clock.wallMs();
  }

  async run(): Promise<CampaignResult> {
    const { settings, plan, report } = this.parts;
    const rows = plan.rows.length;
    report.saveResult(this.result([], false));
    await settings.onEvent({ kind: "started", rows, seed: settings.seed });
    for (const [index, row] of plan.rows.entries()) {
      if (settings.signal.aborted) this.interrupted = true;
      else await this.runRow(row, index);
    }
    const result = this.result([], true);
    report.saveResult(result);
    report.saveFiles(settings.reportFiles(result));
    await settings.onEvent({ kind: "ended", result });
    return result;
  }

  private async runRow(row: CampaignRow, index: number): Promise<void> {
    const { settings, plan } = this.parts;
    const rows = plan.rows.length;
    const { fault, scenario } = row;
    await settings.onEvent({ kind: "row-started", row: index, scenario: scenario.name, fault });
    // Time that earlier rows left unused goes to those that follow; overtime is taken from nobody.
    const share = rowWeight(row) / totalWeight(plan.rows.slice(index));
    const limitMs = (settings.timeLimitMs - this.sharedMs) * share;
    const run = new RowRun(row, limitMs, this.rowContext(index));
    const beganMs = this.elapsedMs();
    const counts = await run.run();
    const usedMs = this.elapsedMs() - beganMs;
    this.sharedMs += Math.min(usedMs, limitMs);
    const result = { ...counts, durationMs: Math.round(usedMs) };
    if (!run.finished) this.interrupted = true;
    this.ended.push(result);
    const elapsedMs = this.elapsedMs();
    await settings.onEvent({ kind: "row-ended", row: index, rows, result, elapsedMs });
  }

  private rowContext(index: number): RowContext {
    const { settings, supervisor, report, plan } = this.parts;
    return {
      settings,
      supervisor,
      report,
      shelf: this.shelf,
      onTrial: async (row, verdict) => {
        this.saveNowAndThen(row);
        await settings.onEvent({
          kind: "trial-ended",
          row: index,
          scenario: row.scenario,
          verdict,
          trials: row.trials,
          share: (index + row.share) / plan.rows.length,
          elapsedMs: this.elapsedMs(),
        });
      },
    };
  }

  private saveNowAndThen(row: RowRun): void {
    const elapsedMs = this.elapsedMs();
    if (elapsedMs - this.savedMs < SAVE_EVERY_MS) return;
    this.savedMs = elapsedMs;
    this.parts.report.saveResult(this.result([row.result()], false));
  }

  private result(atWork: readonly ScenarioResult[], ended: boolean): CampaignResult {
    const { settings, plan, supervisor } = this.parts;
    return assembleResult({
      settings,
      plan,
      containment: supervisor.containment,
      startedWallMs: this.startedWallMs,
      durationMs: this.elapsedMs(),
      scenarios: [...this.ended, ...atWork],
      ended,
      interrupted: this.interrupted,
    });
  }

  private elapsedMs(): number {
    return this.parts.settings.clock.monotonicMs() - this.startedMs;
  }
}

function rowWeight({ fault }: CampaignRow): number {
  return WEIGHTS[parseFault(fault).kind];
}

function totalWeight(rows: readonly CampaignRow[]): number {
  return rows.reduce((sum, row) => sum + rowWeight(row), 0);
}
