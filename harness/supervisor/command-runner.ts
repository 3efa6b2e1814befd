// Commands of a supervisor: started on demand, counted, and none is left behind.
import { existsSync, readdirSync } from "node:fs";
import { findContainment } from "./command-containment.ts";
import { CommandProcess, type CommandSettings } from "./command-process.ts";
import { readRecovery } from "./command-recovery.ts";
import type { Job, RecoverJob } from "./job.ts";
import type { RecoveryRun } from "./recovery-pool.ts";
import type { SupervisedChild } from "./running-child.ts";
import { RunningCommand } from "./running-command.ts";
import { StruckRecovery } from "./struck-recovery.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** Something that runs and can be ended. */
interface Living {
  kill(): boolean;
  end(): Promise<unknown>;
}

/** Starts commands; what holds them is found out when the first one is. */
export class CommandRunner {
  readonly #settings: Omit<CommandSettings, "containment">;
  readonly #live = new Set<Living>();
  #settled: Promise<CommandSettings> | undefined;
  #containment: string | undefined;
  #started = 0;
  #closed = false;

  constructor(settings: Omit<CommandSettings, "containment">) {
    this.#settings = settings;
  }

  /** What holds the commands, in words; undefined before one was started. */
  get containment(): string | undefined {
    return this.#containment;
  }

  /**
   * Starts a writer, or a recovery that is to be killed.
   * @throws SupervisorError `bad-subject`, `closed`
   */
  async start(job: Job): Promise<SupervisedChild> {
    const settings = await this.settle();
    const number = this.#count();
    const started =
      job.kind === "write"
        ? new RunningCommand(settings, job, number)
        : new StruckRecovery(settings, job, number);
    this.#live.add(started);
    return started;
  }

  /** Tells that this one has ended. */
  ended(child: SupervisedChild): void {
    this.#live.delete(child);
  }

  /**
   * Recovers a store.
   * @throws SupervisorError `bad-subject`, also where it keeps its values elsewhere; `closed`
   */
  async recover(job: RecoverJob): Promise<RecoveryRun> {
    const settings = await this.settle();
    const number = this.#count();
    const wasEmpty = isEmpty(job.store.directory);
    const recovery = new CommandProcess(settings, { role: "recover", store: job.store, number });
    this.#live.add(recovery);
    try {
      const run = await readRecovery(recovery, job, settings.limits.recoveryMs);
      if (wasEmpty) requireNothing(run);
      return run;
    } finally {
      this.#live.delete(recovery);
    }
  }

  /** Sends SIGKILL to all at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    for (const living of this.#live) living.kill();
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#live].map((living) => living.end()));
    this.#live.clear();
  }

  /**
   * Finds out what can hold a command, once.
   * @throws SupervisorError `closed`
   */
  async settle(): Promise<CommandSettings> {
    this.#settled ??= this.#findOut();
    const settings = await this.#settled;
    if (this.#closed) throw new SupervisorError("closed", "the supervisor is closed");
    return settings;
  }

  async #findOut(): Promise<CommandSettings> {
    const containment = await findContainment(this.#settings.limits.commandMemoryBytes);
    this.#containment = containment.text;
    return { ...this.#settings, containment };
  }

  #count(): number {
    this.#started += 1;
    return this.#started;
  }
}

/** How every payload of a command begins. */
const TAG = /^\d/;

function isEmpty(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length === 0;
}

/** What is found where nothing lies was kept elsewhere, where no crash of ours takes it. */
function requireNothing({ outcome }: RecoveryRun): void {
  if (outcome.kind !== "found") return;
  const values = outcome.records.filter(({ bytes }) =>
    TAG.test(Buffer.from(bytes, "base64").toString("latin1")),
  );
  if (values.length === 0) return;
  throw new SupervisorError(
    "bad-subject",
    `the recover command found ${values.length} values where ACKPROOF_DIR is empty: the store keeps them elsewhere, and that is the only place to write`,
  );
}
