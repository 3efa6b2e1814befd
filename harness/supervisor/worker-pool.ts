// Children that answer jobs, used again and again until one fails.
import type { ChildProcess } from "node:child_process";
import { BoundedOutput } from "./bounded-output.ts";
import type { ChildRole } from "./child.ts";
import { type ChildSettings, startChild } from "./child-process.ts";
import { within } from "./limited-wait.ts";
import { signal as sendSignal } from "./process-table.ts";
import { ProgressNote } from "./progress-note.ts";
import { SupervisorError } from "./supervisor-error.ts";

// Processes, not threads of the supervisor: the supervisor forks for every writer, and a lock that
// a thread holds at that moment lives on in the fork until it has become another program. A store
// that crashes in native code also takes nobody with it.

/** Callers that may wait for a child; more is an error of the caller. */
const QUEUE_LIMIT = 1_000;

/** How often a child's note is read, as a share of a step's limit, and no more often than this. */
const READS_OF_A_STEP = 10;
const READ_EVERY_MS = 20;

/** What became of a job. */
export type JobEnd<Reply> =
  | { readonly kind: "answered"; readonly reply: Reply }
  | {
      readonly kind: "hung";
      readonly limitMs: number;
      /** The step that outlasted its limit; left out where the job as a whole did. */
      readonly step?: number;
    }
  | {
      readonly kind: "died";
      readonly message: string;
      /** The step that the child died in, where it was in one. */
      readonly step?: number;
    };

/** A job that came to no answer. */
export type JobFailure = Exclude<JobEnd<never>, { readonly kind: "answered" }>;

/** Steps of a job that have a limit of their own; the child notes where it is. */
interface StepSettings {
  /** One step. */
  readonly limitMs: number;
  /** Names a file that is not there yet, for a child's note; it is the caller's to remove. */
  readonly makeNotePath: () => string;
}

/** How the children of a pool are started and waited for. */
export interface WorkerSettings {
  readonly child: ChildSettings;
  readonly role: Exclude<ChildRole, "write">;
  /** Children at once. */
  readonly most: number;
  /** One job. */
  readonly jobMs: number;
  /** Left out for jobs whose steps are not told apart. */
  readonly steps?: StepSettings;
}

/** Has jobs done, some at a time. */
export class WorkerPool<Job extends object, Reply> {
  readonly #settings: WorkerSettings;
  readonly #idle: WorkerProcess<Job, Reply>[] = [];
  readonly #live = new Set<WorkerProcess<Job, Reply>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #started = 0;
  #closed = false;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  /**
   * Has a job done. A child that hung, ended or ran out of memory is not used again.
   * @throws SupervisorError `queue-full`, `closed`
   */
  async ask(job: Job): Promise<{ readonly end: JobEnd<Reply>; readonly output: string }> {
    await this.#turn();
    try {
      const child = this.#take();
      const end = await child.ask(job);
      if (child.isUsable) this.#idle.push(child);
      else await this.#stop(child);
      return { end, output: child.output };
    } finally {
      this.#pass();
    }
  }

  /** Sends SIGKILL to all children at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    for (const child of this.#live) child.kill();
  }

  /** Ends all children; a job that is under way is told as one whose child died. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.length = 0;
    await Promise.all([...this.#live].map((child) => this.#stop(child)));
  }

  #take(): WorkerProcess<Job, Reply> {
    if (this.#closed) throw new SupervisorError("closed", "the supervisor is closed");
    // One that ended while it had nothing to do says nothing about any store.
    for (let child = this.#idle.pop(); child !== undefined; child = this.#idle.pop()) {
      if (child.isUsable) return child;
      this.#live.delete(child);
    }
    return this.#start();
  }

  #start(): WorkerProcess<Job, Reply> {
    this.#started += 1;
    const child = new WorkerProcess<Job, Reply>(this.#settings, this.#started);
    this.#live.add(child);
    return child;
  }

  async #stop(child: WorkerProcess<Job, Reply>): Promise<void> {
    await child.stop();
    this.#live.delete(child);
  }

  async #turn(): Promise<void> {
    if (this.#busy >= this.#settings.most) {
      if (this.#waiting.length >= QUEUE_LIMIT) {
        throw new SupervisorError("queue-full", `more than ${QUEUE_LIMIT} jobs wait`);
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

/** One child: one job at a time. */
class WorkerProcess<Job extends object, Reply> {
  readonly #child: ChildProcess;
  readonly #settings: WorkerSettings;
  readonly #output: BoundedOutput;
  readonly #ended: Promise<void>;
  readonly #note: ProgressNote | undefined;
  #settle: (end: JobEnd<Reply>) => void = () => undefined;
  #usable = true;
  #killed = false;

  constructor(settings: WorkerSettings, number: number) {
    const { child, role, steps } = settings;
    this.#settings = settings;
    this.#output = new BoundedOutput(child.limits.outputBytes);
    const notePath = steps?.makeNotePath();
    this.#note = notePath === undefined ? undefined : new ProgressNote(notePath);
    const mark = `${child.mark}.${role}.${number}`;
    this.#child = startChild(child, role, {
      mark,
      ...(notePath === undefined ? {} : { notePath }),
    });
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr]) if (stream !== null) this.#output.read(stream);
    this.#child.on("message", (reply: Reply) => this.#settle({ kind: "answered", reply }));
    // What can not be sent to a child that has ended is answered by its exit.
    this.#child.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#usable = false;
        const message = `ended with ${signal ?? `exit code ${code}`}`;
        // What we killed ourselves died of no step.
        this.#settle({ kind: "died", message, ...(this.#killed ? {} : this.#inStep()) });
        this.#note?.close();
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

  async ask(job: Job): Promise<JobEnd<Reply>> {
    const { jobMs } = this.#settings;
    this.#output.clear();
    this.#note?.clear();
    let end: JobEnd<Reply> | undefined;
    const answered = new Promise<void>((resolve) => {
      this.#settle = (came) => {
        end = came;
        resolve();
      };
    });
    this.#child.send(job);
    const late = await this.#outlasted(answered);
    if (end !== undefined) return end;
    this.#usable = false;
    return late ?? { kind: "hung", limitMs: jobMs };
  }

  /** Waits for the answer, no longer than the job and each step of it may take. */
  async #outlasted(answered: Promise<void>): Promise<JobFailure | undefined> {
    const { jobMs, steps, child } = this.#settings;
    if (steps === undefined) {
      await within(jobMs, answered);
      return undefined;
    }
    const { limitMs } = steps;
    const readEveryMs = Math.max(READ_EVERY_MS, limitMs / READS_OF_A_STEP);
    const startedMs = child.clock.monotonicMs();
    let known: { step: number | undefined; sinceMs: number } = { step: undefined, sinceMs: 0 };
    for (;;) {
      const leftMs = jobMs - (child.clock.monotonicMs() - startedMs);
      const waitMs = leftMs > 0 ? Math.min(readEveryMs, leftMs) : readEveryMs;
      if (await within(waitMs, answered)) return undefined;
      const nowMs = child.clock.monotonicMs();
      const { step } = this.#inStep();
      if (step !== known.step) known = { step, sinceMs: nowMs };
      if (step !== undefined && nowMs - known.sinceMs >= limitMs) {
        return { kind: "hung", limitMs, step };
      }
      // A step that the end of the job falls into is waited for, so that it is told apart.
      const spareMs = step === undefined ? 0 : limitMs;
      if (nowMs - startedMs >= jobMs + spareMs) return undefined;
    }
  }

  #inStep(): { readonly step?: number } {
    const step = this.#note?.read() ?? 0;
    return step === 0 ? {} : { step };
  }

  kill(): void {
    this.#usable = false;
    this.#killed = true;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) sendSignal(-pid, "SIGKILL");
  }

  async stop(): Promise<void> {
    this.kill();
    await within(this.#settings.child.limits.exitMs, this.#ended);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      stream?.destroy();
    }
  }
}
