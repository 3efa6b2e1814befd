// Runs a program under strace: its pipes stay with us, it can be killed, its trace is read at the end.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { Readable, type Writable } from "node:stream";
import type { Clock } from "../clock.ts";
import { BoundedOutput } from "../supervisor/bounded-output.ts";
import { CHILD_MARK, type Exit } from "../supervisor/child-process.ts";
import { until, within } from "../supervisor/limited-wait.ts";
import {
  groupLives,
  killProcess,
  processesWithEnvironment,
  signal,
} from "../supervisor/process-table.ts";
import { closing } from "../supervisor/stream-closing.ts";
import { readTrace, type Trace, type TraceLimits, tooLarge } from "./read-trace.ts";
import { RecorderError } from "./recorder-error.ts";
import { recordedEnvironment, type StraceSettings, straceCommand } from "./strace-arguments.ts";
import type { TracedEvent } from "./traced-call.ts";
import { killTracees } from "./tracees.ts";

/** Times in milliseconds, sizes in bytes. */
interface RecordingLimits extends TraceLimits {
  /** The whole run; what lives longer is killed. */
  readonly runMs: number;
  /** From SIGKILL until no process is left; and from there until its pipes are read. */
  readonly exitMs: number;
  /** What is kept of the program's standard error. */
  readonly outputBytes: number;
}

/** What is run, and how it is recorded. */
export interface RecordingOptions extends Omit<StraceSettings, "traceFile"> {
  /** Found in PATH where it has no slash; no shell reads it or its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment, but for what recording itself needs. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands before strace: a containment. */
  readonly prefix?: readonly string[];
  /** The trace is written here, outside the directory that is recorded; the caller removes it. */
  readonly traceFile: string;
  readonly limits: RecordingLimits;
  readonly clock: Clock;
  /** True where the program answers on descriptor 3, and its standard output is kept with its errors. */
  readonly answersApart?: boolean;
}

/** A program's run, recorded. */
export interface Recording extends Trace {
  /** How strace ended: as the program did. In a pid namespace a death by signal shows as 128 + signal. */
  readonly exit: Exit;
  /** Why it was killed; undefined where it ended by itself. */
  readonly killed: "asked" | "too-long" | "trace-too-large" | undefined;
  readonly stderr: string;
}

/** How often the size of the trace is looked at, in milliseconds. */
const WATCH_MS = 20;

/** A program at work under strace. Nothing of it is left once `ended` has settled. */
export class RunningRecording {
  readonly stdin: Writable;
  /** Its answers, to be read by the caller: what is not read makes the program wait. */
  readonly stdout: Readable;
  /** @throws RecorderError `tracer-failed`, `not-understood`, `trace-too-large`, as a rejection */
  readonly ended: Promise<Recording>;
  readonly #options: RecordingOptions;
  readonly #mark = randomUUID();
  readonly #child: ChildProcess;
  readonly #exit: Promise<Exit>;
  readonly #stderr: BoundedOutput;
  readonly #drained: Promise<unknown>;
  #isAlive = true;
  #killed: Recording["killed"];

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#child = start(options, this.#mark);
    const { stdin, stderr } = this.#child;
    const stdout = options.answersApart === true ? this.#child.stdio[3] : this.#child.stdout;
    if (stdin === null || !(stdout instanceof Readable) || stderr === null) {
      throw new TypeError("no pipes");
    }
    this.stdin = stdin;
    this.stdout = stdout;
    // The pipes may break with the program: its exit tells the rest.
    for (const stream of [stdin, stdout]) stream.on("error", () => undefined);
    this.#stderr = new BoundedOutput(options.limits.outputBytes);
    this.#stderr.read(stderr);
    if (options.answersApart === true && this.#child.stdout !== null) {
      this.#stderr.read(this.#child.stdout);
    }
    this.#drained = Promise.all([closing(stdout), closing(stderr)]);
    this.#exit = new Promise((resolve, reject) => {
      this.#child.once("exit", (code, name) => {
        this.#isAlive = false;
        resolve({ code, signal: name });
      });
      this.#child.once("error", (cause) => reject(cannotStart(cause)));
    });
    this.ended = this.#watch();
    // Who waits for something else first learns of a failure later.
    this.ended.catch(() => undefined);
  }

  /**
   * Kills the program with all that it started. strace is left to write down their ends, so that
   * the trace is whole; only if it does not end within its limit is it killed too.
   */
  async kill(why: "asked" | "too-long" | "trace-too-large" = "asked"): Promise<void> {
    this.#killed ??= why;
    const { clock, limits } = this.#options;
    const strike = (): boolean => {
      if (this.#isAlive) killTracees(processesWithEnvironment(CHILD_MARK, this.#mark));
      return !this.#isAlive;
    };
    // If something outlives this too, `ended` tells it.
    if (!(await until(strike, limits.exitMs, clock))) await this.#sweep();
  }

  /** SIGKILL to all at once, strace too; for the moment of the supervisor's own exit. */
  killAll(): void {
    const { pid } = this.#child;
    if (this.#isAlive && pid !== undefined) signal(-pid, "SIGKILL");
    for (const stray of processesWithEnvironment(CHILD_MARK, this.#mark)) killProcess(stray);
  }

  async #watch(): Promise<Recording> {
    const { limits, traceFile } = this.#options;
    const tooLong = setTimeout(() => void this.kill("too-long"), limits.runMs);
    const size = setInterval(() => {
      const { size: bytes = 0 } = statSync(traceFile, { throwIfNoEntry: false }) ?? {};
      if (bytes > limits.traceBytes && this.#killed === undefined)
        void this.kill("trace-too-large");
    }, WATCH_MS);
    try {
      // Killed at the latest after the run's limit, and strace itself after the exit's limit.
      await within(limits.runMs + limits.exitMs, this.#exit);
    } finally {
      clearTimeout(tooLong);
      clearInterval(size);
    }
    if (!(await this.#sweep())) {
      throw new RecorderError("tracer-failed", "a process of the program can not be killed");
    }
    // Last words may still be in the pipes.
    await within(limits.exitMs, this.#drained);
    return this.#read(await this.#exit);
  }

  /** Strikes whatever is left, strace too, until nothing is; false where something stays. */
  #sweep(): Promise<boolean> {
    const { clock, limits } = this.#options;
    const { pid } = this.#child;
    if (pid === undefined) return Promise.resolve(true);
    const isGone = (): boolean => {
      const left = processesWithEnvironment(CHILD_MARK, this.#mark);
      for (const stray of left) killProcess(stray);
      return !(groupLives(pid) && signal(-pid, "SIGKILL")) && left.length === 0;
    };
    return until(isGone, limits.exitMs, clock);
  }

  /** @throws RecorderError `tracer-failed` where the trace is no record of the whole program */
  async #read(exit: Exit): Promise<Recording> {
    const { limits, program, traceFile } = this.#options;
    const stderr = this.#stderr.toString();
    if (this.#killed === "trace-too-large") throw tooLarge(`${limits.traceBytes} bytes`);
    const trace = existsSync(traceFile) ? await readTrace(traceFile, limits) : undefined;
    const begun = trace?.events.some(isExec) === true;
    if (begun && (trace.alive.length === 0 || this.#killed !== undefined)) {
      return { ...trace, exit, killed: this.#killed, stderr };
    }
    const what = begun ? "strace ended before the program" : `strace did not start ${program}`;
    throw new RecorderError("tracer-failed", `${what}: ${stderr.trim().slice(0, 500)}`);
  }
}

function start(
  { program, args, cwd, env, prefix = [], ...settings }: RecordingOptions,
  mark: string,
): ChildProcess {
  const words = [...prefix, ...straceCommand(settings), program, ...args];
  const [first = "strace", ...rest] = words;
  return spawn(first, rest, {
    stdio: ["pipe", "pipe", "pipe", ...(settings.answersApart === true ? ["pipe" as const] : [])],
    cwd,
    // Its own group, so that one signal strikes strace and all that stayed.
    detached: true,
    env: { ...env, ...recordedEnvironment, [CHILD_MARK]: mark },
  });
}

/** True for the program's own start: without it strace has recorded nothing. */
function isExec(event: TracedEvent): boolean {
  return (
    event.kind === "call" && event.call.name === "execve" && event.call.result.kind === "value"
  );
}

function cannotStart(cause: Error): RecorderError {
  return new RecorderError("no-strace", `strace can not be started: ${cause.message}`, { cause });
}
