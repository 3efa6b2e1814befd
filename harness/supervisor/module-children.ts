// The children that run a module: those of this boot of the machine, and those that see another.
import { ANOTHER_BOOT } from "./another-boot.ts";
import type { ChildSettings } from "./child-process.ts";
import type { Job, RecoverJob, StoreLocation } from "./job.ts";
import { RecoveryPool, type RecoveryRun } from "./recovery-pool.ts";
import type { RunningChild } from "./running-child.ts";
import { WriterPool } from "./writer-pool.ts";

interface Pools {
  readonly writers: WriterPool;
  readonly recoveries: RecoveryPool;
}

/** Started ahead, or used again; none is left behind. */
export class ModuleChildren {
  readonly #own: Pools;
  /** Few are needed: none is started ahead. */
  readonly #other: Pools;

  constructor(settings: ChildSettings, concurrency: number) {
    const other = { ...settings, prefix: ANOTHER_BOOT };
    this.#own = {
      writers: new WriterPool(settings, concurrency),
      recoveries: new RecoveryPool(settings, concurrency),
    };
    this.#other = {
      writers: new WriterPool(other, 0),
      recoveries: new RecoveryPool(other, concurrency),
    };
  }

  /** Gives a job to a child. @throws SupervisorError `child-not-ready`, `closed` */
  async start(job: Job): Promise<RunningChild> {
    const child = await this.#of(job.store).writers.take();
    child.send(job);
    return child;
  }

  /** Tells that this one has ended. */
  ended(child: RunningChild): void {
    for (const { writers } of this.#all) writers.ended(child);
  }

  /** @throws SupervisorError `bad-subject`, `bad-value`, `queue-full`, `closed` */
  recover(job: RecoverJob): Promise<RecoveryRun> {
    return this.#of(job.store).recoveries.recover(job);
  }

  /** Sends SIGKILL to all at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    for (const { writers, recoveries } of this.#all) {
      writers.killAll();
      recoveries.killAll();
    }
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    for (const { writers, recoveries } of this.#all) {
      await writers.close();
      await recoveries.close();
    }
  }

  get #all(): readonly Pools[] {
    return [this.#own, this.#other];
  }

  #of({ boot }: StoreLocation): Pools {
    return boot === undefined ? this.#own : this.#other;
  }
}
