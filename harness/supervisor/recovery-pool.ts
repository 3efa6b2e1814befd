// Children that recover stores, used again and again until one fails.
import type { ChildProcess } from "node:child_process";
import type { RecoveryOutcome } from "../history/history.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { type ChildSettings, startChild } from "./child-process.ts";
import type { RecoverJob } from "./job.ts";
import { within } from "./limited-wait.ts";
import { signal as sendSignal } from "./process-table.ts";
import type { RecoveryReply } from "./recovery-child.ts";
import { SupervisorError } from "./supervisor-error.ts";
import type { SupervisorLimits } from "./supervisor-limits.ts";

// Processes, not threads of the supervisor: the supervisor forks for every writer, and a lock that
// a thread holds at that moment lives on in the fork until it has become another program. A store
// that crashes in native code also takes nobody with it.

/** Callers that may wait for a child; more is an error of the caller. */
const QUEUE_LIMIT = 1_000;

/** A recovery and what it printed. */
export interface RecoveryRun {
  readonly outcome: RecoveryOutcome;
  readonly output: string;
}

/** Runs recoveries, at most `most` at a time. */
export class RecoveryPool {
  readonly #settings: ChildSettings;
  readonly #most: number;
  readonly #idle: RecoveryProcess[] = [];
  readonly #live = new Set<RecoveryProcess>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #started = 0;
  #closed = false;

  constructor(settings: ChildSettings, most: number) {
    this.#settings = settings;
    this.#most = most;
  }

  /**
   * Recovers a store. A child that hung, ended or ran out of memory is not used again.
   * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
   */
  async recover(job: RecoverJob): Promise<RecoveryRun> {
    await this.#turn();
    try {
      const child = this.#take();
      const reply = await child.recover(job);
      if (child.isUsable) this.#idle.push(child);
      else await this.#stop(child);
      if (reply.kind === "outcome") return { outcome: reply.outcome, output: child.output };
      throw new SupervisorError("bad-subject", reply.message);
    } finally {
      this.#pass();
    }
  }

  /** Sends SIGKILL to all children at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    for (const child of this.#live) child.kill();
  }

  /** Ends all children; a recovery that is under way is told as one that died. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.length = 0;
    await Promise.all([...this.#live].map((child) => this.#stop(child)));
  }

  #take(): RecoveryProcess {
    if (this.#closed) throw new SupervisorError("closed", "the supervisor is closed");
    // One that ended while it had nothing to do says nothing about any store.
    for (let child = this.#idle.pop(); child !== undefined; child = this.#idle.pop()) {
      if (child.isUsable) return child;
      this.#live.delete(child);
    }
    return this.#start();
  }

  #start(): RecoveryProcess {
    this.#started += 1;
    const child = new RecoveryProcess(this.#settings, this.#started);
    this.#live.add(child);
    return child;
  }

  async #stop(child: RecoveryProcess): Promise<void> {
    await child.stop();
    this.#live.delete(child);
  }

  async #turn(): Promise<void> {
    if (this.#busy >= this.#most) {
      if (this.#waiting.length >= QUEUE_LIMIT) {
        throw new SupervisorError("queue-full", `more than ${QUEUE_LIMIT} recoveries wait`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return;
    }
    this.#busy += 1;
  }

  /** Hands the place to whoever waits longest. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }
}

/** One child that recovers: one job at a time. */
class RecoveryProcess {
  readonly #child: ChildProcess;
  readonly #limits: SupervisorLimits;
  readonly #output: BoundedOutput;
  readonly #ended: Promise<void>;
  #settle: (reply: RecoveryReply) => void = () => undefined;
  #usable = true;

  constructor(settings: ChildSettings, number: number) {
    const { limits, mark } = settings;
    this.#limits = limits;
    this.#output = new BoundedOutput(limits.outputBytes);
    this.#child = startChild(settings, "recover", `${mark}.recovery.${number}`);
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr]) if (stream !== null) this.#output.read(stream);
    this.#child.on("message", (reply: RecoveryReply) => this.#settle(reply));
    // What can not be sent to a child that has ended is answered by its exit.
    this.#child.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#died(`recovery ended with ${signal ?? `exit code ${code}`}`);
        resolve();
      });
    });
  }

  /** False after a hang or the child's end. */
  get isUsable(): boolean {
    return this.#usable;
  }

  get output(): string {
    return this.#output.toString();
  }

  async recover(job: RecoverJob): Promise<RecoveryReply> {
    const { recoveryMs } = this.#limits;
    this.#output.clear();
    let reply: RecoveryReply = outcome({ kind: "hung", limitMs: recoveryMs });
    const answered = new Promise<void>((resolve) => {
      this.#settle = (came) => {
        reply = came;
        resolve();
      };
    });
    this.#child.send(job);
    if (!(await within(recoveryMs, answered))) this.#usable = false;
    return reply;
  }

  kill(): void {
    this.#usable = false;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) sendSignal(-pid, "SIGKILL");
  }

  async stop(): Promise<void> {
    this.kill();
    await within(this.#limits.exitMs, this.#ended);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      stream?.destroy();
    }
  }

  #died(message: string): void {
    this.#usable = false;
    this.#settle(outcome({ kind: "died", message }));
  }
}

function outcome(of: RecoveryOutcome): RecoveryReply {
  return { kind: "outcome", outcome: of };
}
