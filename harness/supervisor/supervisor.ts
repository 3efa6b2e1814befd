// The supervisor: children that write and recover, directories for them; nothing is left behind.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../clock.ts";
import type { CorruptionJob, CorruptionReply } from "../corruption/corruption-job.ts";
import type { ExplainJob, ExplainReply } from "../hunt/explain-job.ts";
import type { MeasureJob, MeasureReply } from "../measure/measure-job.ts";
import type { PowerJob, PowerReply } from "../power/power-job.ts";
import type { RepeatJob, RepeatReply } from "../power/repeat-job.ts";
import { RunningRecording } from "../recorder/record-command.ts";
import { isCommand } from "../subject.ts";
import { whyNoOtherBoot } from "./another-boot.ts";
import { CommandRunner } from "./command-runner.ts";
import type { Job, RecoverJob, StoreLocation } from "./job.ts";
import { memoryFolder } from "./memory-folder.ts";
import { ModuleChildren } from "./module-children.ts";
import { type RecordedJob, recordedStart } from "./recorded-start.ts";
import type { RecoveryRun } from "./recovery-pool.ts";
import { type ChildEnd, RunningChild, type SupervisedChild } from "./running-child.ts";
import { defaultLimits, type SupervisorLimits } from "./supervisor-limits.ts";
import { TrialDirectories } from "./trial-directories.ts";
import { type JobEnd, WorkerPool, type WorkerSettings } from "./worker-pool.ts";

/** The bundled program of the children that cut the power or damage stores at rest; it lies beside the others'. */
const POWER_FILE = "power.cjs";
/** That of the children that measure. */
const MEASURE_FILE = "measure.cjs";

/** A child that measures, and one after it where it has failed. */
type Measurer = WorkerPool<MeasureJob, MeasureReply>;

/** How a supervisor is set up. */
export interface SupervisorOptions {
  /** The bundled program of every child: dist/child.cjs. */
  readonly childFile: string;
  /** Trials that run at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly limits?: Partial<SupervisorLimits>;
  /** Where the trials' directories lie; the system's own where left out. */
  readonly temporaryFolder?: string;
}

/** What trials are run with. */
export class Supervisor {
  readonly clock: Clock;
  readonly limits: SupervisorLimits;
  /** Trials that run at once. */
  readonly concurrency: number;
  readonly #childFile: string;
  readonly #recordings = new Set<RunningRecording>();
  readonly #measurers = new Set<Measurer>();
  readonly #measuring: WorkerSettings;
  readonly #fastDirectories: TrialDirectories | undefined;
  readonly #modules: ModuleChildren;
  readonly #commands: CommandRunner;
  readonly #power: WorkerPool<PowerJob, PowerReply>;
  readonly #explanations: WorkerPool<ExplainJob, ExplainReply>;
  readonly #corruption: WorkerPool<CorruptionJob, CorruptionReply>;
  readonly #repeats: WorkerPool<RepeatJob, RepeatReply>;
  readonly #directories: TrialDirectories;
  readonly #killAtExit: () => void;
  #noOtherBoot: Promise<string | undefined> | undefined;

  constructor(parts: {
    readonly clock: Clock;
    readonly limits: SupervisorLimits;
    readonly concurrency: number;
    readonly childFile: string;
    readonly fastDirectories: TrialDirectories | undefined;
    readonly modules: ModuleChildren;
    readonly commands: CommandRunner;
    readonly power: WorkerPool<PowerJob, PowerReply>;
    readonly explanations: WorkerPool<ExplainJob, ExplainReply>;
    readonly corruption: WorkerPool<CorruptionJob, CorruptionReply>;
    readonly repeats: WorkerPool<RepeatJob, RepeatReply>;
    readonly directories: TrialDirectories;
    readonly measuring: WorkerSettings;
  }) {
    this.clock = parts.clock;
    this.limits = parts.limits;
    this.concurrency = parts.concurrency;
    this.#childFile = parts.childFile;
    this.#fastDirectories = parts.fastDirectories;
    this.#modules = parts.modules;
    this.#commands = parts.commands;
    this.#power = parts.power;
    this.#explanations = parts.explanations;
    this.#corruption = parts.corruption;
    this.#repeats = parts.repeats;
    this.#directories = parts.directories;
    this.#measuring = parts.measuring;
    this.#killAtExit = () => {
      parts.modules.killAll();
      parts.commands.killAll();
      parts.power.killAll();
      parts.explanations.killAll();
      parts.corruption.killAll();
      parts.repeats.killAll();
      for (const recording of this.#recordings) recording.killAll();
      for (const measurer of this.#measurers) measurer.killAll();
    };
    process.prependOnceListener("exit", this.#killAtExit);
  }

  /** What held the children so far: what is struck when one is killed, and swept after it. */
  get containment(): string {
    const { containment } = this.#commands;
    return containment === undefined
      ? "process group"
      : `commands: ${containment}; modules: process group`;
  }

  /** Tries what can hold a command here, and tells that too. */
  async findContainment(): Promise<string> {
    await this.#commands.settle();
    return this.containment;
  }

  /** Why no process can be shown another boot of the machine; undefined where a job may ask for it. */
  whyNoOtherBoot(): Promise<string | undefined> {
    this.#noOtherBoot ??= whyNoOtherBoot();
    return this.#noOtherBoot;
  }

  /** What a store's location says where the power was cut before: nothing where that can not be shown. */
  async locationBehindPowerCut(): Promise<Pick<StoreLocation, "boot">> {
    return (await this.whyNoOtherBoot()) === undefined ? { boot: "another" } : {};
  }

  /**
   * Gives a job to a child that was started ahead, or starts the command of its subject; the
   * caller ends it with `end`.
   * @throws SupervisorError `child-not-ready`, `closed`; `bad-subject` where a command can not run
   */
  async start(job: Job): Promise<SupervisedChild> {
    if (isCommand(job.store.subject)) return this.#commands.start(job);
    return this.#modules.start(job);
  }

  /** Kills what is left of a child and tells how its life went. */
  async end(child: SupervisedChild): Promise<ChildEnd> {
    const end = await child.end();
    if (child instanceof RunningChild) this.#modules.ended(child);
    else this.#commands.ended(child);
    return end;
  }

  /**
   * Recovers a store in a child that is used again, or by the command of its subject.
   * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
   */
  recover(job: RecoverJob): Promise<RecoveryRun> {
    if (isCommand(job.store.subject)) return this.#commands.recover(job);
    return this.#modules.recover(job);
  }

  /**
   * Has a chain recorded and crashed everywhere, in a child that is used again.
   * @throws SupervisorError `queue-full`, `closed`
   */
  crashEverywhere(
    job: PowerJob,
  ): Promise<{ readonly end: JobEnd<PowerReply>; readonly output: string }> {
    return this.#power.ask(job);
  }

  /**
   * Has a violation of a power cut explained, in a child that is used again.
   * @throws SupervisorError `queue-full`, `closed`
   */
  explain(
    job: ExplainJob,
  ): Promise<{ readonly end: JobEnd<ExplainReply>; readonly output: string }> {
    return this.#explanations.ask(job);
  }

  /**
   * Has a store written and damaged in many ways, in a child that is used again.
   * @throws SupervisorError `queue-full`, `closed`
   */
  corrupt(
    job: CorruptionJob,
  ): Promise<{ readonly end: JobEnd<CorruptionReply>; readonly output: string }> {
    return this.#corruption.ask(job);
  }

  /**
   * Has one disk recovered as a trial did it, in a child that is used again.
   * @throws SupervisorError `queue-full`, `closed`
   */
  repeat(job: RepeatJob): Promise<{ readonly end: JobEnd<RepeatReply>; readonly output: string }> {
    return this.#repeats.ask(job);
  }

  /**
   * Does a job under strace: the store's command, or the child that runs its module, which answers
   * on a descriptor of its own.
   * @throws SupervisorError `closed`; `bad-subject` where a command can not run
   */
  async record(recorded: RecordedJob): Promise<RunningRecording> {
    const settings = { ...(await this.#commands.settle()), childFile: this.#childFile };
    const recording = new RunningRecording(recordedStart(recorded, settings));
    this.#recordings.add(recording);
    const forget = (): void => void this.#recordings.delete(recording);
    recording.ended.then(forget, forget);
    return recording;
  }

  /**
   * A child of its own that measures, for as long as `work` takes: fresh, as a user's process would be.
   * An abort kills it, so that its job is told as one whose child died.
   */
  async withMeasurer<T>(
    work: (measurer: Measurer) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const measurer: Measurer = new WorkerPool(this.#measuring);
    const kill = (): void => measurer.killAll();
    this.#measurers.add(measurer);
    signal?.addEventListener("abort", kill);
    try {
      return await work(measurer);
    } finally {
      signal?.removeEventListener("abort", kill);
      await measurer.close();
      this.#measurers.delete(measurer);
    }
  }

  /** An empty directory for one trial. */
  makeDirectory(): string {
    return this.#directories.make();
  }

  /** An empty directory for one trial, in memory where this machine has room there. */
  makeFastDirectory(): string {
    return (this.#fastDirectories ?? this.#directories).make();
  }

  async removeDirectory(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Ends all children and removes all directories; no trial may be under way. */
  async close(): Promise<void> {
    process.removeListener("exit", this.#killAtExit);
    await this.#modules.close();
    await this.#commands.close();
    await this.#power.close();
    await this.#explanations.close();
    await this.#corruption.close();
    await this.#repeats.close();
    await Promise.allSettled(
      Array.from(this.#recordings, async (recording) => {
        await recording.kill();
        await recording.ended;
      }),
    );
    await this.#fastDirectories?.close();
    await this.#directories.close();
  }
}

/** Starts a supervisor and its first children, after cleaning up behind dead ones. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { childFile, clock, concurrency } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const directories = await TrialDirectories.open(clock, options.temporaryFolder);
  const settings = { childFile, clock, limits, mark: directories.mark };
  const fast = options.temporaryFolder ?? memoryFolder();
  const fastDirectories =
    fast === options.temporaryFolder ? undefined : await TrialDirectories.open(clock, fast);
  const commands = new CommandRunner({ clock, limits, mark: directories.mark });
  const modules = new ModuleChildren(settings, concurrency);
  const child = { ...settings, childFile: join(dirname(childFile), POWER_FILE) };
  const steps = {
    limitMs: limits.memoryRecoveryMs,
    makeNotePath: () => join(directories.make(), "note"),
  };
  const workers = { child, role: "power", most: concurrency, steps } as const;
  const { powerMs, explainMs } = limits;
  const power = new WorkerPool<PowerJob, PowerReply>({ ...workers, jobMs: powerMs });
  const explanations = new WorkerPool<ExplainJob, ExplainReply>({ ...workers, jobMs: explainMs });
  const corruption = new WorkerPool<CorruptionJob, CorruptionReply>({ ...workers, jobMs: powerMs });
  const repeats = new WorkerPool<RepeatJob, RepeatReply>({ ...workers, jobMs: powerMs });
  const pools = { modules, commands, power, explanations, corruption, repeats };
  const measureFile = join(dirname(childFile), MEASURE_FILE);
  const measuring: WorkerSettings = {
    child: { ...settings, childFile: measureFile },
    role: "measure",
    most: 1,
    jobMs: powerMs,
  };
  const places = { directories, fastDirectories, measuring };
  return new Supervisor({ clock, limits, concurrency, childFile, ...pools, ...places });
}
