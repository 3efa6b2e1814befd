// A recovery by command that is to be killed: what it finds does not matter, only what it leaves.
import type { ChildRest } from "../faults/kill.ts";
import { CommandProcess, type CommandSettings } from "./command-process.ts";
import { Event } from "./event.ts";
import type { RecoverJob } from "./job.ts";
import type { ChildEnd, SupervisedChild } from "./running-child.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** A recovery, and the strike that it awaits. */
export class StruckRecovery implements SupervisedChild {
  readonly jobSentAtMs: number;
  readonly ownKill = undefined;
  readonly answers = 0;
  /** It acknowledges nothing. */
  readonly firstAcknowledgement: Promise<number> = new Event<number>().promise;
  readonly #process: CommandProcess;
  readonly #rest = new Event<ChildRest>();
  readonly #patience: NodeJS.Timeout;

  /** @throws SupervisorError `bad-subject` where it can not be started. */
  constructor(settings: CommandSettings, job: RecoverJob, number: number) {
    if (job.stop !== undefined) {
      throw new SupervisorError("bad-subject", "the file calls of a command can not be counted");
    }
    this.jobSentAtMs = settings.clock.monotonicMs();
    this.#process = new CommandProcess(settings, { role: "recover", store: job.store, number });
    this.#process.stdout.resume();
    this.#patience = setTimeout(() => this.#rest.happened("hung"), settings.limits.recoveryMs);
    void this.#watchExit();
  }

  get rest(): Promise<ChildRest> {
    return this.#rest.promise;
  }

  kill(): boolean {
    return this.#process.kill();
  }

  async end(): Promise<ChildEnd> {
    clearTimeout(this.#patience);
    const { exit, ...end } = await this.#process.end();
    const rest = await Promise.race([this.rest, Promise.resolve("ended" as const)]);
    const { code = null, signal = null } = exit ?? {};
    return { lines: [], rest, exitCode: code, signal, times: { answeredAtMs: [] }, ...end };
  }

  async #watchExit(): Promise<void> {
    await this.#process.exited;
    this.#rest.happened("ended");
  }
}
