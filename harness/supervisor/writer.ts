// The writer: one life of a workload against the subject, each answer told before its slot asks again.
import { askInSlots } from "../operation-slots.ts";
import {
  type AskedOperation,
  answeredLsns,
  isPromise,
  performOperation,
  type StoreAnswer,
} from "../perform-operation.ts";
import type { MaybePromise, OpenStore, Subject, SubjectPorts } from "../subject.ts";
import type { Operation } from "../workload.ts";
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

class Writer {
  readonly #job: WriteJob;
  readonly #subject: Subject;
  readonly #tools: WriterTools;
  #store: OpenStore | undefined;
  #told = 0;

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
    const { operations, concurrency = 1, firstOperation, stop } = this.#job;
    if (stop.kind === "answers" && stop.count === 0) return;
    const lies = stop.kind === "lie";
    const honest = lies ? operations.slice(0, stop.from - firstOperation) : operations;
    const slots = { operations: honest, concurrency };
    const done = await askInSlots(slots, (place) => this.#perform(honest[place], place));
    if (done && lies) this.#lie(stop.from, stop.through);
  }

  /** No turn of the microtask queue where the store answers at once. */
  #perform(operation: Operation | undefined, place: number): MaybePromise<boolean> {
    if (operation === undefined) throw new RangeError(`the life has no operation ${place}`);
    const number = this.#job.firstOperation + place;
    if (operation.kind === "reopen") return this.#reopen(number);
    const answer = this.#answer(number, operation);
    return isPromise(answer) ? answer.then((line) => this.#tell(line)) : this.#tell(answer);
  }

  /**
   * False where it was the answer that the job stops at. What is answered behind that one is not
   * told: the writer is as one that was killed just before.
   */
  #tell(answer: ChildLine): boolean {
    const { stop } = this.#job;
    const most = stop.kind === "answers" ? stop.count : Number.POSITIVE_INFINITY;
    if (this.#told === most) return false;
    this.#tools.say(answer);
    this.#told += 1;
    return this.#told < most;
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

  /** False where it failed, or is the last. */
  async #reopen(operation: number): Promise<boolean> {
    try {
      await this.close();
      await this.open();
    } catch (error) {
      this.#tell({ kind: "err", operation, ...described(error) });
      return false;
    }
    return this.#tell({ kind: "ack", operation, lsns: [] });
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
