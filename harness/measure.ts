// A measurement: settings one after another, each its speed, its risk window and real kills, to a result.
import { describeMachine } from "./campaign/describe-machine.ts";
import { openReportDirectory, type ReportDirectory } from "./campaign/report-directory.ts";
import { cutText } from "./campaign/safe-json.ts";
import { KillSeries } from "./measure/kill-series.ts";
import type { MeasuredPart } from "./measure/measure-event.ts";
import type { PlaceReply } from "./measure/measure-job.ts";
import { ask, measureOne } from "./measure/measure-one.ts";
import {
  type MeasureOptions,
  type MeasureSettings,
  settleMeasureOptions,
} from "./measure/measure-options.ts";
import type { SettingToMeasure } from "./measure/measure-setting.ts";
import { PlaceProbe } from "./measure/place-probe.ts";
import { planKills } from "./measure/plan-kills.ts";
import type { MeasuredSetting, SampledLosses } from "./measurement.ts";
import type { CampaignResult, NotRun } from "./result.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";

/** A series of kills has at least so many, however short the time. */
const KILLS_LEAST = 3;
/** The disk's own pace is taken every so many settings, and at the end. */
const PROBE_EVERY = 4;
const PROBE_SYNCS = 100;
const COPY_BYTES = [64, 1024, 16_384];

/**
 * Measures every setting and leaves a report. An abort is no error: the child at work is killed, what there is
 * gets saved, and the result says `interrupted`. A setting that cannot be measured is told in `notRun`.
 * @throws MeasureError, CampaignError for what cannot be measured as it was asked for
 */
export async function runMeasurement(options: MeasureOptions): Promise<CampaignResult> {
  const settings = settleMeasureOptions(options);
  const report = openReportDirectory(settings.out);
  const { childFile, clock, directory } = settings;
  const supervisor = await startSupervisor({
    childFile,
    clock,
    concurrency: 1,
    temporaryFolder: directory,
  });
  try {
    return await new MeasureRun({ settings, report, supervisor }).run();
  } finally {
    await supervisor.close();
  }
}

interface MeasureParts {
  readonly settings: MeasureSettings;
  readonly report: ReportDirectory;
  readonly supervisor: Supervisor;
}

interface StepAtWork {
  readonly setting: SettingToMeasure;
  readonly part: MeasuredPart;
}

class MeasureRun {
  readonly #parts: MeasureParts;
  readonly #place: PlaceProbe;
  readonly #startedMs: number;
  readonly #startedWallMs: number;
  readonly #measured = new Map<SettingToMeasure, MeasuredSetting>();
  readonly #notRun: NotRun[] = [];
  #steps = 0;
  #weightDone = 0;
  /** What a setting took last beside its speed: the child's start and the recording, in milliseconds. */
  #besideMs = 0;

  constructor(parts: MeasureParts) {
    const { clock, directory } = parts.settings;
    this.#parts = parts;
    this.#place = new PlaceProbe(directory);
    this.#startedMs = clock.monotonicMs();
    this.#startedWallMs = clock.wallMs();
  }

  async run(): Promise<CampaignResult> {
    const { report, settings } = this.#parts;
    report.saveResult(this.#result(false));
    settings.onEvent({ kind: "started", steps: this.#stepsInAll(), seed: settings.seed });
    for (const [index, setting] of settings.settings.entries()) {
      if (index % PROBE_EVERY === 0) await this.#probe();
      await this.#unlessAborted(setting, () => this.#measure(setting));
    }
    for (const setting of settings.settings) {
      if (setting.killWeight > 0) await this.#unlessAborted(setting, () => this.#kill(setting));
    }
    await this.#probe();
    const result = this.#result(true);
    report.saveResult(result);
    settings.onEvent({ kind: "ended", result });
    return result;
  }

  async #measure(setting: SettingToMeasure): Promise<void> {
    const part = "speed and risk window";
    this.#progress(setting, part);
    const { supervisor, settings } = this.#parts;
    const { seed, signal } = settings;
    const begunMs = this.#elapsedMs();
    const speedMs = Math.max(0, this.#share(1) - this.#besideMs);
    const measured = await measureOne(setting, { supervisor, seed, signal, speedMs });
    this.#measured.set(setting, measured);
    this.#besideMs = (this.#besideMs + Math.max(0, this.#elapsedMs() - begunMs - speedMs)) / 2;
    const { append, appendsPerSecond } = measured.speed;
    this.#stepEnded(setting, part, {
      told: `${Math.round(appendsPerSecond)} appends/s, p50 ${append.p50Micros} us`,
      weight: 1,
    });
  }

  /** Both series share the time; what one leaves is the other's. */
  async #kill(setting: SettingToMeasure): Promise<void> {
    const measured = this.#measured.get(setting);
    if (measured === undefined) return;
    const { supervisor, settings } = this.#parts;
    const { seed, signal } = settings;
    const endsAtMs = this.#elapsedMs() + this.#share(2 * setting.killWeight);
    const requests = await planKills(setting, measured, { supervisor, seed, signal });
    const sampled: SampledLosses[] = [];
    for (const [index, request] of requests.entries()) {
      const { kind } = request.draw;
      const part = kind === "moment" ? "kills at a time" : "kills after an answer";
      const series = new KillSeries(request, supervisor);
      const leftMs = (endsAtMs - this.#elapsedMs()) / (requests.length - index);
      await this.#killFor(series, { setting, part, leftMs });
      sampled.push(series.losses());
      this.#measured.set(setting, { ...measured, sampled: [...sampled] });
      const told = `${series.kills} kills`;
      this.#stepEnded(setting, part, { told, weight: setting.killWeight });
    }
  }

  async #killFor(
    series: KillSeries,
    { setting, part, leftMs }: StepAtWork & { readonly leftMs: number },
  ): Promise<void> {
    const { signal } = this.#parts.settings;
    const endsAtMs = this.#elapsedMs() + leftMs;
    for (let made = 0; made < KILLS_LEAST || this.#elapsedMs() < endsAtMs; made += 1) {
      if (signal.aborted) return;
      await series.kill();
      this.#progress(setting, part);
    }
  }

  /** What an abort cuts off is no failure; any other setting that fails is told and passed over. */
  async #unlessAborted(setting: SettingToMeasure, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#parts.settings;
    if (signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
      this.#notRun.push({ fault: `measure ${setting.id}`, reason: cutText(error.message) });
    }
    this.#parts.report.saveResult(this.#result(false));
  }

  async #probe(): Promise<void> {
    const { supervisor, settings } = this.#parts;
    if (settings.signal.aborted) return;
    const directory = supervisor.makeDirectory();
    try {
      const copyBytes = COPY_BYTES;
      const job = { kind: "place", directory, syncs: PROBE_SYNCS, copyBytes } as const;
      const asked = supervisor.withMeasurer(
        (measurer) => ask<PlaceReply>(measurer, job),
        settings.signal,
      );
      this.#place.add(await asked);
    } catch (error) {
      if (!settings.signal.aborted) throw error;
    } finally {
      await supervisor.removeDirectory(directory);
    }
  }

  #result(ended: boolean): CampaignResult {
    const { settings, supervisor } = this.#parts;
    const interrupted = settings.signal.aborted;
    const measured = [...this.#measured.values()];
    const isEmpty = ended && !interrupted && measured.length === 0;
    return {
      schemaVersion: 1,
      ackproof: settings.version,
      command: settings.command,
      complete: ended && !interrupted,
      interrupted,
      seed: settings.seed,
      startedAt: new Date(this.#startedWallMs).toISOString(),
      durationMs: Math.round(this.#elapsedMs()),
      machine: describeMachine(supervisor.containment),
      verdict: isEmpty ? "inconclusive" : "measured",
      notes: measurementNotes(measured),
      notRun: this.#notRun,
      scenarios: [],
      measurement: { place: this.#place.place(), settings: measured },
    };
  }

  #progress(setting: SettingToMeasure, part: MeasuredPart): void {
    const elapsedMs = this.#elapsedMs();
    const share = Math.min(1, elapsedMs / this.#parts.settings.timeLimitMs);
    this.#parts.settings.onEvent({ kind: "progress", setting: setting.id, part, share, elapsedMs });
  }

  #stepEnded(
    setting: SettingToMeasure,
    part: MeasuredPart,
    { told, weight }: { readonly told: string; readonly weight: number },
  ): void {
    this.#steps += 1;
    this.#weightDone += weight;
    const [step, steps, elapsedMs] = [this.#steps, this.#stepsInAll(), this.#elapsedMs()];
    const ended = { kind: "step-ended", step, steps, setting: setting.id, part, told } as const;
    this.#parts.settings.onEvent({ ...ended, elapsedMs });
  }

  #stepsInAll(): number {
    return this.#parts.settings.settings.reduce(
      (sum, { killWeight }) => sum + (killWeight > 0 ? 3 : 1),
      0,
    );
  }

  /** Of the time that is left, in milliseconds; what earlier steps left unused goes to those that follow. */
  #share(weight: number): number {
    const { settings, timeLimitMs } = this.#parts.settings;
    const all = settings.reduce((sum, { killWeight }) => sum + 1 + 2 * killWeight, 0);
    const left = Math.max(weight, all - this.#weightDone);
    return (Math.max(0, timeLimitMs - this.#elapsedMs()) * weight) / left;
  }

  #elapsedMs(): number {
    return this.#parts.settings.clock.monotonicMs() - this.#startedMs;
  }
}

/** What a reader of the numbers has to know. */
function measurementNotes(settings: readonly MeasuredSetting[]): readonly string[] {
  const beyond = settings.flatMap(({ id, allowedRecords: { kill }, sampled }) => {
    const lost = Math.max(
      0,
      ...sampled.flatMap(({ counts }) => counts.map(({ records }) => records)),
    );
    return kill !== null && lost > kill
      ? [`${id}: a kill lost ${lost} records, and ${kill} are allowed: run the gate.`]
      : [];
  });
  const ramps = settings.filter(
    ({ risk, allowedRecords }) =>
      (risk?.power.records.max ?? 0) > 0 && allowedRecords.power === null,
  );
  return [
    ...beyond,
    ...(ramps.length === 0
      ? []
      : [
          "A window that nothing closes rises for as long as one looks: its numbers are those of the stretch that was recorded.",
        ]),
  ];
}
