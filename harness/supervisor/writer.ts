// The writer: one life of a workload against the subject, each answer told before the next begins.
import {
  type AskedOperation,
  answeredLsns,
  performOperation,
  type StoreAnswer,
} from "../perform-operation.ts";
import type { MaybePromise, OpenStore, Subject, SubjectPorts } from "../subject.ts";
import { errorCode } from "./error-code.ts";
import type { WriteJob } from "./job.ts";
import type { ChildLine } from "./protocol.ts";
import { type BuiltInSubjects, loadSubject } from "./subject-loader.ts";

/** What a writer works with. */
export interface WriterTools {
  readonly subjects: BuiltInSubjects;
  readonly ports: SubjectPorts;
  /** Calls of the storage so far. */
  readonly calls: () => number;
  readonly say: (line: ChildLine) => void;
}

/**
 * Runs one life. Returns where the writer waits to be killed, or ends the process after a close.
 * @throws SupervisorError `bad-subject`
 */
export async function runWriter(job: WriteJob, tools: WriterTools): Promise<void> {
  const subject = await loadSubject(job.store.subject, tools.subjects);
  const writer = new Writer(job, subject, tools);
  try {
    await writer.open();
  } catch (error) {
    tools.say({ kind: "open-failed", ...described(error) });
    process.exit(0);
  }
  tools.say({ kind: "opened", calls: tools.calls() });
  await writer.run();
  if (job.stop.kind !== "close") {
    tools.say({ kind: "done", calls: tools.calls() });
    return;
  }
  await writer.close();
  tools.say({ kind: "closed", calls: tools.calls() });
  process.exit(0);
}

/** A subject's error, as an answer tells it. */
function described(error: unknown): { readonly code: string; readonly text: string } {
  if (!(error instanceof Error)) return { code: "ERROR", text: String(error) };
  return { code: errorCode(error) ?? error.name, text: error.message };
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}

class Writer {
  readonly #job: WriteJob;
  readonly #subject: Subject;
  readonly #tools: WriterTools;
  #store: OpenStore | undefined;

  constructor(job: WriteJob, subject: Subject, tools: WriterTools) {
    this.#job = job;
    this.#subject = subject;
    this.#tools = tools;
  }

  async open(): Promise<void> {
    const { directory, options } = this.#job.store;
    this.#store = await this.#subject.open(directory, options, this.#tools.ports);
  }

  async close(): Promise<void> {
    await this.#opened().close();
  }

  /** Does the operations up to the job's stop, or up to a reopen that fails: no store is left. */
  async run(): Promise<void> {
    const { operations, firstOperation, stop } = this.#job;
    const count = stop.kind === "answers" ? stop.count : operations.length;
    for (const [index, operation] of operations.slice(0, count).entries()) {
      const number = firstOperation + index;
      if (stop.kind === "lie" && number === stop.from) return this.#lie(stop.from, stop.through);
      if (operation.kind === "reopen") {
        if (!(await this.#reopen(number))) return;
        continue;
      }
      // No turn of the microtask queue where the store answers at once.
      const answer = this.#answer(number, operation);
      this.#tools.say(isPromise(answer) ? await answer : answer);
    }
  }

  #lie(from: number, through: number): void {
    for (let operation = from; operation <= through; operation += 1) {
      this.#tools.say({ kind: "ack", operation, lsns: [] });
    }
  }

  #opened(): OpenStore {
    if (this.#store === undefined) throw new Error("the store is not open");
    return this.#store;
  }

  /** False where it failed. */
  async #reopen(operation: number): Promise<boolean> {
    try {
      await this.close();
      await this.open();
    } catch (error) {
      this.#tools.say({ kind: "err", operation, ...described(error) });
      return false;
    }
    this.#tools.say({ kind: "ack", operation, lsns: [] });
    return true;
  }

  #answer(operation: number, asked: AskedOperation): MaybePromise<ChildLine> {
    const acknowledge = (done: StoreAnswer): ChildLine => {
      return { kind: "ack", operation, lsns: answeredLsns(done) };
    };
    const refuse = (error: unknown): ChildLine => ({ kind: "err", operation, ...described(error) });
    try {
      const seed = this.#job.workloadSeed;
      const done = performOperation(this.#opened(), asked, { seed, operation });
      return isPromise(done) ? done.then(acknowledge, refuse) : acknowledge(done);
    } catch (error) {
      return refuse(error);
    }
  }
}
