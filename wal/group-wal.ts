// Group commit: callers wait together, one of them writes and syncs for all.
import { Backlog } from "./backlog.ts";
import { GroupDelay } from "./group-delay.ts";
import type { LogTail } from "./log-tail.ts";
import type { Lsn } from "./lsn.ts";
import type { ResolvedGroupOptions, WalTimer } from "./options.ts";
import { batchBytes, RECORD_HEADER_BYTES, recordBytes } from "./record.ts";
import { type WaitingCall, WaitingLine } from "./waiting-line.ts";

/** What a call of the log asks of its group. */
interface GroupWork<Result> {
  /** What it takes of a segment; 0 where it adds no record. */
  readonly bytes: number;
  /** How many indexes its records take, a COMMIT among them. */
  readonly indexes: number;
  /** Shares its group with no other call. */
  readonly isAlone?: boolean;
  /** Done in the order of the calls, before the sync. */
  put(): Result;
  /** Done after the sync, before the caller is answered. */
  settled?(result: Result): void;
}

/**
 * An open log with group commit. A promise is fulfilled when a sync that began after its bytes were
 * written has returned, and never before: a kill or a power cut loses nothing that was acknowledged.
 * Calls may overlap as they like; LSNs, records in the file and answers come in the order of the
 * calls. Whoever calls while no group is under way leads the next one: at the end of the current
 * turn of the event loop it writes and syncs all that waits in one segment's room, answers, and
 * begins again with what came meanwhile. At most one sync is under way.
 *
 * A call that is refused (see each) rejects and changes nothing. A failed write or sync rejects
 * every call that waits, and poisons the log: every later call is refused until the log is opened
 * again. A call that was rejected so may still be found by recovery.
 */
export class GroupWal {
  readonly #tail: LogTail;
  readonly #delay: GroupDelay;
  readonly #backlog: Backlog;
  readonly #line = new WaitingLine();
  /** Settles, and never rejects, when nothing waits any more. */
  #leader: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(tail: LogTail, options: ResolvedGroupOptions, timer: WalTimer) {
    this.#tail = tail;
    this.#delay = new GroupDelay(options, timer);
    this.#backlog = new Backlog({ bytes: options.waitingBytesMax });
  }

  /** The last durable checkpoint's LSN, also one of an earlier life; `undefined` where there is none. */
  get lastCheckpoint(): Lsn | undefined {
    return this.#tail.lastCheckpoint;
  }

  /**
   * Adds one record, and gives its LSN when it is durable. The payload is copied before this returns.
   * @throws WalError (by rejecting) `record-too-large`, `overloaded`, `bad-argument`, `closed`,
   * `poisoned`, `exhausted`.
   */
  async append(payload: Uint8Array): Promise<Lsn> {
    this.#tail.accept(this.#line.indexes + 1);
    this.#tail.acceptPayload(payload);
    const bytes = recordBytes(payload);
    this.#backlog.check(chargeOf(bytes));
    const copy = Buffer.from(payload);
    return await this.#wait({ bytes, indexes: 1, put: () => this.#tail.putSingle(copy) });
  }

  /**
   * Adds records of which recovery finds all or none, and gives their LSNs when they are durable.
   * They lie in one segment; `overloaded` counts them together. An empty batch is a `sync`.
   */
  async appendBatch(payloads: readonly Uint8Array[]): Promise<Lsn[]> {
    this.#tail.acceptBatch(payloads, this.#line.indexes);
    const bytes = payloads.length === 0 ? 0 : batchBytes(payloads);
    const indexes = payloads.length === 0 ? 0 : payloads.length + 1;
    this.#backlog.check(chargeOf(bytes));
    const copies = payloads.map((payload) => Buffer.from(payload));
    return await this.#wait({ bytes, indexes, put: () => this.#tail.putBatch(copies) });
  }

  /**
   * Marks that all before it is kept elsewhere, so that it may be dropped, and gives the LSN of the
   * mark when that is durable.
   */
  async checkpoint(): Promise<Lsn> {
    this.#tail.accept(this.#line.indexes + 1);
    this.#backlog.check(RECORD_HEADER_BYTES);
    return await this.#wait({
      bytes: RECORD_HEADER_BYTES,
      indexes: 1,
      put: () => this.#tail.putCheckpoint(),
      settled: (lsn) => {
        this.#tail.noteCheckpoint(lsn);
      },
    });
  }

  /** Settles when everything that was called for before it is durable. */
  async sync(): Promise<void> {
    this.#tail.accept(0);
    this.#backlog.check(chargeOf(0));
    await this.#wait({ bytes: 0, indexes: 0, put: () => undefined });
  }

  /**
   * Drops the segments in which every record lies before `lsn`, after the calls before it are done.
   * They go oldest first, and each removal is durable before the next, so a crash leaves a log
   * without a hole.
   * @throws WalError (by rejecting) `beyond-checkpoint` where `lsn` lies behind the last checkpoint
   * that is durable at the call.
   */
  async truncateBefore(lsn: Lsn): Promise<void> {
    this.#tail.acceptTruncation(lsn);
    this.#backlog.check(chargeOf(0));
    await this.#wait({
      bytes: 0,
      indexes: 0,
      isAlone: true,
      put: () => {
        this.#tail.dropSegments(lsn);
      },
    });
  }

  /**
   * Settles, and never rejects, when half of `waitingBytesMax` or less waits: at once where that is
   * so. After `overloaded`, wait for this and call again.
   */
  async drained(): Promise<void> {
    await this.#backlog.drained();
  }

  /**
   * Waits for all calls before it, refuses all after it with `closed`, and gives the directory back.
   * A delay under way goes to its end; no new one begins. Closing again gives the same answer.
   * @throws WalError (by rejecting) `poisoned` where the log is, or now becomes so; the directory is
   * free even then.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#tail.refuseMore();
    await this.#leader;
    try {
      this.#tail.refusePoisoned();
      this.#tail.orPoison(() => {
        this.#tail.barrier();
      });
    } finally {
      this.#tail.giveBack();
    }
  }

  /** Joins the line, and leads it where nobody does. */
  #wait<Result>(work: GroupWork<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#backlog.take(chargeOf(work.bytes));
      this.#line.push({
        bytes: work.bytes,
        indexes: work.indexes,
        isAlone: work.isAlone ?? false,
        refuse: reject,
        put: () => {
          const result = work.put();
          return () => {
            work.settled?.(result);
            resolve(result);
          };
        },
      });
      this.#leader ??= this.#lead();
    });
  }

  /** Serves the line until it is empty. */
  async #lead(): Promise<void> {
    try {
      while (this.#line.length > 0) {
        await endOfTurn();
        if (!this.#tail.isClosed) {
          await this.#delay.pass(() => this.#line.appends);
        }
        const answers = this.#putGroup();
        await this.#tail.barrierLater();
        this.#answer(answers);
      }
    } catch (error) {
      this.#refuseAll(this.#tail.poison(error));
    }
    this.#leader = undefined;
  }

  /** Does what the first calls ask, as many as one segment takes, and returns their answers. */
  #putGroup(): readonly (() => void)[] {
    const answers: (() => void)[] = [];
    for (let call = this.#line.at(0); call !== undefined; call = this.#line.at(answers.length)) {
      if (answers.length > 0 && (call.isAlone || !this.#tail.hasRoom(call.bytes))) {
        break;
      }
      answers.push(call.put());
      if (call.isAlone) {
        break;
      }
    }
    return answers;
  }

  #answer(answers: readonly (() => void)[]): void {
    for (const answer of answers) {
      this.#leave();
      answer();
    }
  }

  #refuseAll(error: unknown): void {
    while (this.#line.length > 0) {
      this.#leave()?.refuse(error);
    }
  }

  /** Takes the first call off the line. */
  #leave(): WaitingCall | undefined {
    const call = this.#line.shift();
    if (call !== undefined) {
      this.#backlog.settle(chargeOf(call.bytes));
    }
    return call;
  }
}

/** What a call counts while it waits: one that adds nothing takes memory too. */
function chargeOf(bytes: number): number {
  return Math.max(bytes, RECORD_HEADER_BYTES);
}

/**
 * Settles when all callers that run now have run: Node empties its microtasks before it does this.
 * So all calls of one turn of the event loop are in one group, also those of callers who were just
 * answered.
 */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
