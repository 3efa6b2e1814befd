// The supervisor: children that write and recover, directories for them; nothing is left behind.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../clock.ts";
import type { CorruptionJob, CorruptionReply } from "../corruption/corruption-job.ts";
import type { ExplainJob, ExplainReply } from "../hunt/explain-job.ts";
import type { PowerJob, PowerReply } from "../power/power-job.ts";
import type { RepeatJob, RepeatReply } from "../power/repeat-job.ts";
import type { Job, RecoverJob } from "./job.ts";
import { RecoveryPool, type RecoveryRun } from "./recovery-pool.ts";
import type { ChildEnd, RunningChild } from "./running-child.ts";
import { defaultLimits, type SupervisorLimits } from "./supervisor-limits.ts";
import { TrialDirectories } from "./trial-directories.ts";
import { type JobEnd, WorkerPool } from "./worker-pool.ts";
import { WriterPool } from "./writer-pool.ts";

/** The bundled program of the children that cut the power or damage stores at rest; it lies beside the others'. */
const POWER_FILE = "power.cjs";

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
  /** What is struck when a child is killed, and what is swept after it. */
  readonly containment: string = "process group";
  readonly clock: Clock;
  readonly limits: SupervisorLimits;
  readonly #writers: WriterPool;
  readonly #recoveries: RecoveryPool;
  readonly #power: WorkerPool<PowerJob, PowerReply>;
  readonly #explanations: WorkerPool<ExplainJob, ExplainReply>;
  readonly #corruption: WorkerPool<CorruptionJob, CorruptionReply>;
  readonly #repeats: WorkerPool<RepeatJob, RepeatReply>;
  readonly #directories: TrialDirectories;
  readonly #killAtExit: () => void;

  constructor(parts: {
    readonly clock: Clock;
    readonly limits: SupervisorLimits;
    readonly writers: WriterPool;
    readonly recoveries: RecoveryPool;
    readonly power: WorkerPool<PowerJob, PowerReply>;
    readonly explanations: WorkerPool<ExplainJob, ExplainReply>;
    readonly corruption: WorkerPool<CorruptionJob, CorruptionReply>;
    readonly repeats: WorkerPool<RepeatJob, RepeatReply>;
    readonly directories: TrialDirectories;
  }) {
    this.clock = parts.clock;
    this.limits = parts.limits;
    this.#writers = parts.writers;
    this.#recoveries = parts.recoveries;
    this.#power = parts.power;
    this.#explanations = parts.explanations;
    this.#corruption = parts.corruption;
    this.#repeats = parts.repeats;
    this.#directories = parts.directories;
    this.#killAtExit = () => {
      parts.writers.killAll();
      parts.recoveries.killAll();
      parts.power.killAll();
      parts.explanations.killAll();
      parts.corruption.killAll();
      parts.repeats.killAll();
    };
    process.prependOnceListener("exit", this.#killAtExit);
  }

  /**
   * Gives a job to a child that was started ahead; the caller ends it with `end`.
   * @throws SupervisorError `child-not-ready`, `closed`
   */
  async start(job: Job): Promise<RunningChild> {
    const child = await this.#writers.take();
    child.send(job);
    return child;
  }

  /** Kills what is left of a child and tells how its life went. */
  async end(child: RunningChild): Promise<ChildEnd> {
    const end = await child.end();
    this.#writers.ended(child);
    return end;
  }

  /**
   * Recovers a store in a child that is used again.
   * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
   */
  recover(job: RecoverJob): Promise<RecoveryRun> {
    return this.#recoveries.recover(job);
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

  /** An empty directory for one trial. */
  makeDirectory(): string {
    return this.#directories.make();
  }

  async removeDirectory(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Ends all children and removes all directories; no trial may be under way. */
  async close(): Promise<void> {
    process.removeListener("exit", this.#killAtExit);
    await this.#writers.close();
    await this.#recoveries.close();
    await this.#power.close();
    await this.#explanations.close();
    await this.#corruption.close();
    await this.#repeats.close();
    await this.#directories.close();
  }
}

/** Starts a supervisor and its first children, after cleaning up behind dead ones. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { childFile, clock, concurrency } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const directories = await TrialDirectories.open(clock, options.temporaryFolder);
  const settings = { childFile, clock, limits, mark: directories.mark };
  const writers = new WriterPool(settings, concurrency);
  const recoveries = new RecoveryPool(settings, concurrency);
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
  const pools = { writers, recoveries, power, explanations, corruption, repeats };
  return new Supervisor({ clock, limits, ...pools, directories });
}
