// One life of a command that writes: asked operation by operation, watched, killed.
import type { ChildRest } from "../faults/kill.ts";
import { killingTracer } from "../recorder/killing-tracer.ts";
import { AnswerLog } from "./answer-log.ts";
import { CommandFeed } from "./command-feed.ts";
import { type CommandEnd, CommandProcess, type CommandSettings } from "./command-process.ts";
import { Event } from "./event.ts";
import type { WriteJob } from "./job.ts";
import { within } from "./limited-wait.ts";
import { type ChildLine, parseAnswer } from "./protocol.ts";
import type { ChildEnd, ChildTimes, SupervisedChild } from "./running-child.ts";
import { closing } from "./stream-closing.ts";

/** How a death by SIGKILL shows from outside of a pid namespace. */
const KILLED_WITHIN = 128 + 9;

/**
 * A writer that gets its operations on standard input, as many ahead of its answers as may be in
 * flight: at most so many have no answer when it dies.
 */
export class RunningCommand implements SupervisedChild {
  readonly jobSentAtMs: number;
  readonly #settings: CommandSettings;
  readonly #job: WriteJob;
  readonly #number: number;
  readonly #feed: CommandFeed;
  readonly #log: AnswerLog;
  readonly #firstAcknowledgement = new Event<number>();
  readonly #rest = new Event<ChildRest>();
  readonly #answeredAtMs: number[] = [];
  /** Acknowledged in its name: the operations of the lying twin. */
  readonly #lies: ChildLine[] = [];
  readonly #patience: NodeJS.Timeout;
  #process: CommandProcess;
  #struckAtMs: number | undefined;
  /** What the processes before a reopen printed. */
  #earlierOutput = "";
  #isOver = false;
  #isKilledByTracer = false;

  /** @throws SupervisorError `bad-subject` where it can not be started or asked. */
  constructor(settings: CommandSettings, job: WriteJob, number: number) {
    this.#settings = settings;
    this.#job = job;
    this.#number = number;
    const feed = new CommandFeed(job);
    this.#feed = feed;
    const asked = {
      first: job.firstOperation,
      get count(): number {
        return feed.sent;
      },
      concurrency: job.concurrency ?? 1,
    };
    this.#log = new AnswerLog(asked, (line) => this.#heard(line), parseAnswer);
    this.jobSentAtMs = settings.clock.monotonicMs();
    this.#process = this.#start();
    this.#patience = setTimeout(() => this.#rest.happened("hung"), settings.limits.lifeMs);
    this.#askNext();
  }

  get firstAcknowledgement(): Promise<number> {
    return this.#firstAcknowledgement.promise;
  }

  get rest(): Promise<ChildRest> {
    return this.#rest.promise;
  }

  /** At which operation it was killed by the tracer that it ran under. */
  get ownKill(): string | undefined {
    const { stop } = this.#job;
    if (!this.#isKilledByTracer || stop.kind !== "operation") return undefined;
    return `before file operation ${stop.n}, its ${stop.call} number ${stop.when}`;
  }

  get answers(): number {
    return this.#answeredAtMs.length - this.#lies.length;
  }

  /** Strikes all of its processes; false where it had ended before. It is asked nothing more. */
  kill(): boolean {
    const now = this.#settings.clock.monotonicMs();
    if (!this.#process.kill()) return false;
    this.#struckAtMs ??= now;
    return true;
  }

  /** Kills what is left, waits until nothing is, and tells its life in the words of a child. */
  async end(): Promise<ChildEnd> {
    clearTimeout(this.#patience);
    this.#isOver = true;
    this.kill();
    const end = await this.#process.end();
    return {
      lines: this.#told(end),
      rest: await Promise.race([this.rest, Promise.resolve("ended" as const)]),
      exitCode: end.exit?.code ?? null,
      signal: end.exit?.signal ?? null,
      killed: end.killed || this.#isKilledByTracer,
      output: this.#earlierOutput + end.output,
      asked: this.#asked,
      times: this.#times,
      contained: end.contained,
      ...(this.#log.breach === undefined ? {} : { breach: this.#log.breach }),
    };
  }

  #start(): CommandProcess {
    const { store, stop } = this.#job;
    const started = new CommandProcess(this.#settings, {
      role: "write",
      store,
      number: this.#number,
      ...(stop.kind === "operation" ? { tracer: killingTracer(stop) } : {}),
    });
    started.stdout.on("data", (chunk: Buffer) => this.#received(chunk));
    void this.#watchExit(started);
    return started;
  }

  /** Asks all that there are slots for. */
  #askNext(): void {
    if (this.#struckAtMs !== undefined || this.#log.breach !== undefined) return;
    if (this.#feed.isDone(this.answers)) {
      this.#stop();
      return;
    }
    for (
      let operation = this.#feed.next(this.answers);
      operation !== undefined;
      operation = this.#feed.next(this.answers)
    ) {
      // A clean close is the end of the input, and so is the one of a reopen.
      if (operation.kind === "reopen") this.#process.stdin?.end();
      else this.#process.stdin?.write(this.#feed.line(operation));
    }
  }

  /** It has done what it was to do. */
  #stop(): void {
    const { stop } = this.#job;
    switch (stop.kind) {
      case "close":
      case "operation":
        this.#process.stdin?.end();
        return;
      case "lie":
        for (let operation = stop.from; operation <= stop.through; operation += 1) {
          this.#lies.push({ kind: "ack", operation, lsns: [] });
          this.#answeredAtMs.push(this.#settings.clock.monotonicMs());
        }
        this.#rest.happened("waiting");
        return;
      case "end":
      case "answers":
        this.#rest.happened("waiting");
        return;
      // It can not tell when it is open, so it is never at rest.
      case "opening":
      case "call":
    }
  }

  #received(chunk: Buffer): void {
    if (!this.#log.receive(chunk)) this.#rest.happened("broke-protocol");
  }

  #heard(line: ChildLine): void {
    const now = this.#settings.clock.monotonicMs();
    this.#answeredAtMs.push(now);
    if (line.kind === "ack") this.#firstAcknowledgement.happened(now);
    this.#askNext();
  }

  async #watchExit(watched: CommandProcess): Promise<void> {
    const closed = closing(watched.stdout);
    const { code, signal } = await watched.exited;
    const isKilled = signal === "SIGKILL" || code === KILLED_WITHIN;
    this.#isKilledByTracer =
      this.#job.stop.kind === "operation" && isKilled && this.#struckAtMs === undefined;
    // Its last words may still be in the pipe.
    await within(this.#settings.limits.drainMs, closed);
    if (code === 0 && this.#isReopening() && (await this.#openAgain(watched))) return;
    this.#rest.happened("ended");
  }

  #isReopening(): boolean {
    const { sent } = this.#feed;
    const asked = this.#job.operations[sent - 1];
    return asked?.kind === "reopen" && this.answers === sent - 1 && this.#struckAtMs === undefined;
  }

  /** The close of a reopen is done: the next process opens. False where it can not. */
  async #openAgain(closed: CommandProcess): Promise<boolean> {
    const { contained, output } = await closed.end();
    if (!contained || this.#isOver) return false;
    this.#earlierOutput += output;
    this.#process = this.#start();
    const operation = this.#job.firstOperation + this.#feed.sent - 1;
    this.#received(Buffer.from(`ack ${operation}\n`));
    return true;
  }

  #told(end: CommandEnd): readonly ChildLine[] {
    const answers = [...this.#log.lines, ...this.#lies];
    const closed = this.#hasClosed(end);
    // It does not say that it is open: it was asked as if it were, and that asks nothing too much.
    const opened = closed || this.#asked > 0;
    return [
      ...(opened ? [{ kind: "opened", calls: 0 } as const] : []),
      ...answers,
      ...(closed ? [{ kind: "closed", calls: 0 } as const] : []),
    ];
  }

  #hasClosed({ exit, killed }: CommandEnd): boolean {
    const { stop, operations } = this.#job;
    const closes = stop.kind === "close" || stop.kind === "operation";
    const all = closes && this.answers === operations.length;
    return all && !killed && exit?.code === 0;
  }

  get #asked(): number {
    return this.#feed.sent + this.#lies.length;
  }

  get #times(): ChildTimes {
    const struckAtMs = this.#struckAtMs;
    const answeredAtMs = this.#answeredAtMs;
    return { answeredAtMs, ...(struckAtMs === undefined ? {} : { struckAtMs }) };
  }
}
