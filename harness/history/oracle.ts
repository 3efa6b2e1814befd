// The oracle: walks a history and says of each recovery what had to, and what might, be found.
//
// The log is what the lives wrote, one after another. While a life runs its acknowledged records are at risk
// until a barrier settles them; the allowance settles those far enough from the end when the life
// ends. The crash takes a tail of the rest. The next open is a recovery: it settles what it kept,
// but only a reported recovery tells what that was, so until then each life may lack its own tail.
// Each crash has the kind that its event tells. Several may strike before a recovery is done: what a
// kill left with the kernel is still optional at a power cut, so the loosest allowance since the
// life's end counts, and a clean close that is no barrier keeps everything from kills alone.
// A batch-mode log also syncs at every rotation, which starts its count anew and is not seen from
// outside. So the count of N says only "at most N-1 are lost", never where the barrier was.
import type { Allowance, StorePromise } from "../guarantees/guarantee.ts";
import { firstOperation, type Operation, payloadSizes, type Workload } from "../workload.ts";
import { allowanceOf, allowedRecords, type FaultKind, faultKind, looser } from "./allowance.ts";
import { type Answer, gatherAnswers, NO_ANSWER } from "./answers.ts";
import type { Expected, Found, LifeLoss, Report } from "./expectation.ts";
import type { FoundRecord, History, HistoryEvent } from "./history.ts";
import { HistoryError } from "./history-error.ts";
import { identifier } from "./identify.ts";
import {
  type LogRecord,
  type Reason,
  recordKey,
  type Standing,
  shortContent,
} from "./log-record.ts";
import { type Gone, placeFound } from "./placement.ts";
import { isBarrier, settle, settleBeyondAllowance, type Tracked, unsettle } from "./settlement.ts";

/** What the oracle read out of a history. */
export interface Oracle {
  readonly reports: readonly Report[];
  /** By life, in order; only lives that opened the store. */
  readonly losses: readonly LifeLoss[];
  /** The harness's own fault, where one shows: the history is then inconclusive. */
  readonly problem?: string;
}

const MAY: Standing = { kind: "may" };

/**
 * Reads a history whose events are in order (event-order.ts).
 * @throws HistoryError where it names unknown operations or faults, or too many records cannot be told apart.
 */
export function readHistory(history: History, promise: StorePromise): Oracle {
  const walk = new Walk(history, promise);
  for (const [index, event] of history.events.entries()) {
    walk.follow(event, index);
  }
  return walk.oracle();
}

type Loss = { -readonly [member in keyof LifeLoss]: LifeLoss[member] };

class Walk {
  readonly #promise: StorePromise;
  readonly #workload: Workload;
  readonly #operations: readonly Operation[];
  readonly #answers: ReadonlyMap<number, Answer>;
  readonly #identify: ReturnType<typeof identifier>;
  readonly #losses = new Map<number, Loss>();
  readonly #reports: Report[] = [];
  /** What was invoked and not reported missing, in log order. */
  #log: Tracked[] = [];
  /** In a store that prints in any order: how many records of each nameless content were invoked. */
  readonly #nameless = new Map<string, number>();
  /** What a recovery did not find. */
  readonly #gone = new Map<number, Gone>();
  /** Where in the log the records begin that no barrier has settled. */
  #settledTo = 0;
  /** The last life that opened the store, until a report tells what is left of it. */
  #unreported: number | undefined;
  /** What the crashes since that life's end allow, the loosest of them. */
  #allowance: Allowance | undefined;
  #closed = false;
  #lastCheckpoint = 0;
  /** Operations below this one may be missing from the log's beginning. */
  #truncatedBelow = 0;
  /** Operations that were asked and never answered, with the end of their life's operations. */
  readonly #unanswered: { readonly operation: number; readonly end: number }[] = [];
  #problem: string | undefined;

  constructor(history: History, promise: StorePromise) {
    this.#promise = promise;
    this.#workload = history.workload;
    this.#operations = history.workload.lives.flat();
    this.#answers = gatherAnswers(history);
    this.#identify = identifier(history.workload);
  }

  oracle(): Oracle {
    const losses = [...this.#losses.values()];
    return {
      reports: this.#reports,
      losses,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  follow(event: HistoryEvent, index: number): void {
    switch (event.kind) {
      case "open":
      case "open-failed":
      case "failed":
        return;
      case "opened":
        this.#begin(event.life);
        return;
      case "invoked":
        this.#invoke(event.operation, event.life);
        return;
      case "acknowledged":
        this.#acknowledge(event.operation);
        return;
      case "closed":
        this.#close();
        return;
      case "crash":
        this.#strike(faultKind(event.fault));
        return;
      case "recovered":
        if (event.outcome.kind === "found") {
          this.#report(event.life, index, event.outcome.records);
        }
    }
  }

  #invoke(number: number, life: number): void {
    const operation = this.#operation(number);
    if (operation.kind === "checkpoint") {
      this.#lastCheckpoint = number;
    }
    if (operation.kind === "truncate") {
      this.#truncatedBelow = this.#lastCheckpoint;
    }
    if (!this.#answers.has(number)) {
      this.#unanswered.push({ operation: number, end: firstOperation(this.#workload, life + 1) });
    }
    for (const record of this.#records(operation, number, life)) {
      this.#hold(record);
    }
  }

  /** Where nothing tells nameless records apart, only their number can be judged. */
  #hold(record: LogRecord): void {
    if (record.short !== undefined && !this.#promise.ordered) {
      this.#nameless.set(record.short, (this.#nameless.get(record.short) ?? 0) + 1);
    } else {
      this.#log.push({ record, standing: MAY });
    }
  }

  #records(operation: Operation, number: number, life: number): LogRecord[] {
    const { outcome, lsns } = this.#answers.get(number) ?? NO_ANSWER;
    const kind = operation.kind === "batch" ? "batch" : "append";
    return payloadSizes(operation).map((size, item) => {
      const lsn = lsns[item];
      const short = shortContent(number, item, size);
      return {
        operation: number,
        item,
        kind,
        life,
        outcome,
        ...(lsn === undefined ? {} : { lsn }),
        ...(short === undefined ? {} : { short }),
      };
    });
  }

  #operation(number: number): Operation {
    const operation = this.#operations[number];
    if (operation === undefined) {
      throw new HistoryError("UNKNOWN_OPERATION", `the workload has no operation ${number}`);
    }
    return operation;
  }

  #acknowledge(number: number): void {
    const { kind } = this.#operation(number);
    if (isBarrier(kind, this.#promise)) {
      this.#settle({ kind: "barrier", operation: number, name: kind });
    }
  }

  /** Everything acknowledged so far must survive from now on. */
  #settle(because: Reason): void {
    settle(this.#log, this.#settledTo, because);
    this.#settledTo = this.#log.length;
  }

  /** The store is open: what its recovery kept is durable, whatever that was. */
  #begin(life: number): void {
    this.#settledTo = this.#log.length;
    this.#unreported = life;
    this.#allowance = undefined;
    this.#closed = false;
    this.#losses.set(life, { life, acknowledged: 0, atRisk: 0, lost: 0, allowed: 0 });
  }

  #close(): void {
    this.#closed = true;
    settle(this.#log, this.#settledTo, { kind: "closed" });
    if (this.#promise.barriers.includes("close")) {
      this.#settledTo = this.#log.length;
    }
    this.#account({ records: 0 });
  }

  /** The machine failed: what may it have taken of that which no barrier has settled? */
  #strike(kind: FaultKind): void {
    if (kind === "kill" && this.#closed) {
      return;
    }
    if (kind === "corrupt") {
      this.#settledTo = 0;
      if (this.#promise.corruption?.silentLoss.includes("before-checkpoint") === true) {
        this.#truncatedBelow = this.#lastCheckpoint;
      }
    }
    const allowed = allowanceOf(this.#promise, kind);
    this.#allowance = looser(this.#allowance ?? allowed, allowed);
    unsettle(this.#log, this.#settledTo);
    settleBeyondAllowance(this.#log, this.#settledTo, this.#allowance);
    this.#account(this.#allowance);
  }

  #account(allowance: Allowance): void {
    const life = this.#unreported;
    const loss = life === undefined ? undefined : this.#losses.get(life);
    if (loss !== undefined) {
      const own = this.#log.filter(
        ({ record }) => record.life === life && record.outcome === "acknowledged",
      );
      loss.acknowledged = own.length;
      loss.atRisk = own.filter(({ standing }) => standing.kind === "may").length;
      loss.allowed = allowedRecords(allowance);
    }
  }

  #report(life: number, event: number, records: readonly FoundRecord[]): void {
    const { expected, found } = placeFound({
      log: this.#log,
      gone: this.#gone,
      nameless: this.#nameless,
      values: records.map(({ bytes, lsn }) => ({
        identity: this.#identify(bytes),
        ...(lsn === undefined ? {} : { lsn }),
      })),
      truncatedBelow: this.#truncatedBelow,
      promise: this.#promise,
    });
    this.#reports.push({ life, event, expected, found });
    this.#problem ??= this.#overrun(found);
    this.#believe(expected, life);
  }

  /** From a report on, what it found must stay and what it did not find must stay away. */
  #believe(expected: readonly Expected[], life: number): void {
    const standing: Standing = { kind: "must", because: { kind: "recovery", life } };
    const kept: Tracked[] = [];
    for (const { record, present, truncated } of expected) {
      if (present) {
        kept.push({ record, standing });
        continue;
      }
      this.#gone.set(recordKey(record.operation, record.item), { record, life });
      const loss = this.#losses.get(record.life);
      if (loss !== undefined && record.outcome === "acknowledged" && !truncated) {
        loss.lost += 1;
      }
    }
    this.#log = kept;
    this.#settledTo = kept.length;
    this.#unreported = undefined;
  }

  /**
   * A writer that went on without an answer broke the protocol: one operation at a time may be
   * unanswered, so a record behind it says nothing of the store.
   */
  #overrun(found: readonly Found[]): string | undefined {
    for (const { placed } of found) {
      if (placed.kind !== "uninvoked") {
        continue;
      }
      const { operation } = placed;
      const open = this.#unanswered.find((one) => one.operation < operation && operation < one.end);
      if (open !== undefined) {
        return `operation ${operation} was found, and operation ${open.operation} before it had no answer: the writer broke the protocol`;
      }
    }
    return undefined;
  }
}
