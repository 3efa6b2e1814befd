// One child process: started, given a job, watched, killed with all that it started.
import type { Readable, Writable } from "node:stream";
import type { ChildRest, StruckChild } from "../faults/kill.ts";
import { AnswerLog } from "./answer-log.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { CHILD_MARK, type ChildSettings, type Exit, startChild } from "./child-process.ts";
import { Event } from "./event.ts";
import type { Job } from "./job.ts";
import { until, within } from "./limited-wait.ts";
import { groupLives, killProcess, processesWithEnvironment, signal } from "./process-table.ts";
import type { CallLine, ChildLine } from "./protocol.ts";
import { closing } from "./stream-closing.ts";
import { isUserModule } from "./subject-loader.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** How a child's life went, told when no process of it is left. */
export interface ChildEnd {
  readonly lines: readonly ChildLine[];
  readonly rest: ChildRest;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True where SIGKILL was ours, or its own as it had announced. */
  readonly killed: boolean;
  /** What the child and the store printed, bounded. */
  readonly output: string;
  /** Of a command: operations of the life that were asked, answered or not. */
  readonly asked?: number;
  readonly times: ChildTimes;
  /** False where a process of the subject may be left, so that nothing may be recovered yet. */
  readonly contained: boolean;
  /** How the child broke the line protocol; the lines before it stand. */
  readonly breach?: SupervisorError;
}

/** When things were seen, by the clock's monotonic milliseconds. */
export interface ChildTimes {
  /** When each answer was read, in their order. */
  readonly answeredAtMs: readonly number[];
  /** When SIGKILL was sent to strike it, where it was. */
  readonly struckAtMs?: number;
}

/** A child that a kill can strike, whatever runs in it. */
export interface SupervisedChild extends StruckChild {
  /** Kills what is left, waits until none is, and tells all that the child said. */
  end(): Promise<ChildEnd>;
}

/** A child of its own process group; nothing of it is left once `end` has resolved. */
export class RunningChild implements SupervisedChild {
  readonly pid: number;
  readonly #settings: ChildSettings;
  readonly #mark: string;
  readonly #stdin: Writable;
  /** Its answers, then what it prints. */
  readonly #outputs: readonly Readable[];
  readonly #output: BoundedOutput;
  readonly #ready = new Event<true>();
  readonly #exited = new Event<Exit>();
  readonly #drained: Promise<unknown>;
  readonly #firstAcknowledgement = new Event<number>();
  readonly #rest = new Event<ChildRest>();
  #log: AnswerLog;
  #exit: Exit | undefined;
  #ownKill: CallLine | undefined;
  readonly #answeredAtMs: number[] = [];
  #struckAtMs: number | undefined;
  #userModule = false;
  #patience: NodeJS.Timeout | undefined;
  #jobSentAtMs = Number.NaN;

  constructor(settings: ChildSettings, number: number) {
    this.#settings = settings;
    this.#mark = `${settings.mark}.${number}`;
    const child = startChild(settings, "write", { mark: this.#mark });
    const outputs = [child.stdio[3], child.stdout, child.stderr].filter(isReadable);
    if (child.pid === undefined || child.stdin === null || outputs.length !== 3) {
      throw new SupervisorError("child-not-ready", `cannot start ${settings.childFile}`);
    }
    this.pid = child.pid;
    this.#stdin = child.stdin;
    this.#outputs = outputs;
    this.#output = new BoundedOutput(settings.limits.outputBytes);
    this.#log = new AnswerLog({ first: 0, count: 0 }, (line) => this.#heard(line));
    this.#drained = Promise.all(outputs.map(closing));
    this.#listen(outputs);
    child.once("exit", (code, signalName) => void this.#ended({ code, signal: signalName }));
  }

  get jobSentAtMs(): number {
    return this.#jobSentAtMs;
  }

  get firstAcknowledgement(): Promise<number> {
    return this.#firstAcknowledgement.promise;
  }

  get rest(): Promise<ChildRest> {
    return this.#rest.promise;
  }

  get answers(): number {
    return this.#answeredAtMs.length;
  }

  get ownKill(): string | undefined {
    const at = this.#ownKill;
    return at && `${at.edge} call ${at.n}, ${at.call} ${at.file}`;
  }

  /** False where the child has ended. */
  get isAlive(): boolean {
    return this.#exit === undefined;
  }

  /**
   * Resolves when the child takes a job.
   * @throws SupervisorError `child-not-ready`
   */
  async whenReady(): Promise<void> {
    const { readyMs } = this.#settings.limits;
    const event = Promise.race([this.#ready.promise, this.#exited.promise]);
    const came = await within(readyMs, event);
    if (came && this.isAlive) return;
    await this.end();
    const printed = this.#output.toString().slice(0, 2_000);
    throw new SupervisorError("child-not-ready", `a child did not get ready: ${printed}`);
  }

  /** Sends the one job of this child. */
  send(job: Job): void {
    const { clock, limits } = this.#settings;
    const asked =
      job.kind === "write"
        ? {
            first: job.firstOperation,
            count: job.operations.length,
            concurrency: job.concurrency ?? 1,
          }
        : { first: 0, count: 0 };
    this.#log = new AnswerLog(asked, (line) => this.#heard(line));
    this.#userModule = isUserModule(job.store.subject);
    this.#patience = setTimeout(() => this.#rest.happened("hung"), limits.lifeMs);
    this.#jobSentAtMs = clock.monotonicMs();
    this.#stdin.write(`${JSON.stringify(job)}\n`);
  }

  /** Strikes the whole group; false where the child had ended before. */
  kill(): boolean {
    if (!this.isAlive) return false;
    const nowMs = this.#settings.clock.monotonicMs();
    const found = signal(-this.pid, "SIGKILL");
    if (found) this.#struckAtMs ??= nowMs;
    return found;
  }

  /** Kills what is left, waits until none is, and tells all that the child said. */
  async end(): Promise<ChildEnd> {
    const { limits } = this.#settings;
    clearTimeout(this.#patience);
    this.kill();
    const exited = await within(limits.exitMs, this.#exited.promise);
    const gone = exited && (await this.#isGone());
    const drained = await within(limits.drainMs, this.#drained);
    this.#letGo();
    const struckAtMs = this.#struckAtMs;
    return {
      lines: this.#log.lines,
      rest: await Promise.race([this.rest, Promise.resolve("ended" as const)]),
      exitCode: this.#exit?.code ?? null,
      signal: this.#exit?.signal ?? null,
      killed:
        this.#exit?.signal === "SIGKILL" &&
        (struckAtMs !== undefined || this.#ownKill !== undefined),
      times: {
        answeredAtMs: this.#answeredAtMs,
        ...(struckAtMs === undefined || this.#ownKill !== undefined ? {} : { struckAtMs }),
      },
      output: this.#output.toString(),
      // A pipe that stays open is held by a process that was not found.
      contained: gone && drained,
      ...(this.#log.breach === undefined ? {} : { breach: this.#log.breach }),
    };
  }

  #listen([answers, ...prints]: readonly Readable[]): void {
    answers?.on("data", (chunk: Buffer) => this.#received(chunk));
    // The pipes may break with the child: what came before counts, and `exit` tells the rest.
    answers?.on("error", () => undefined);
    this.#stdin.on("error", () => undefined);
    for (const stream of prints) this.#output.read(stream);
  }

  #received(chunk: Buffer): void {
    if (!this.#log.receive(chunk)) this.#rest.happened("broke-protocol");
  }

  #heard(line: ChildLine): void {
    switch (line.kind) {
      case "ready":
        this.#ready.happened(true);
        return;
      case "ack":
      case "err": {
        const nowMs = this.#settings.clock.monotonicMs();
        this.#answeredAtMs.push(nowMs);
        if (line.kind === "ack") this.#firstAcknowledgement.happened(nowMs);
        return;
      }
      case "at":
        this.#ownKill = line;
        return;
      case "done":
        this.#rest.happened("waiting");
        return;
      case "opened":
      case "closed":
      case "open-failed":
      case "bad-subject":
    }
  }

  async #ended(exit: Exit): Promise<void> {
    this.#exit = exit;
    this.#exited.happened(exit);
    // Its last words may still be in the pipe.
    await within(this.#settings.limits.drainMs, this.#drained);
    this.#rest.happened("ended");
  }

  /** Waits until no process of the child is left, wherever it went. */
  async #isGone(): Promise<boolean> {
    const { clock, limits } = this.#settings;
    const groupGone = await until(() => !this.#strikeGroup(), limits.exitMs, clock);
    if (!this.#userModule) return groupGone;
    return groupGone && (await until(() => !this.#strikeStrays(), limits.exitMs, clock));
  }

  #strikeGroup(): boolean {
    return groupLives(this.pid) && signal(-this.pid, "SIGKILL");
  }

  /** Only a user's module starts processes, and only those that left the group are strays. */
  #strikeStrays(): boolean {
    const strays = processesWithEnvironment(CHILD_MARK, this.#mark);
    for (const stray of strays) killProcess(stray);
    return strays.length > 0;
  }

  /** Waits no longer for whoever holds the other ends. */
  #letGo(): void {
    this.#stdin.destroy();
    for (const stream of this.#outputs) stream.destroy();
  }
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === "object" && stream !== null && "read" in stream;
}
