// The oracle: walks a history and says of each recovery what had to, and what might, be found.
//
// The log is what the lives wrote, one after another; of operations that overlapped in one life nobody
// knows which came first (log-record.ts). While a life runs its acknowledged records are at risk
// until a barrier settles them; the allowance settles those far enough from the end when the life
// ends. The crash takes a tail of the rest. The next open is a recovery: it settles what it kept
// (unless it syncs nothing: written-log.ts), but only a reported recovery tells what that was, so until then each
// life may lack its own tail.
// Each crash has the kind that its event tells. Several may strike before a recovery is done: what a
// kill left with the kernel is still optional at a power cut, so the loosest allowance since the
// life's end counts, and a clean close that is no barrier keeps everything from kills alone.
// A batch-mode log also syncs at every rotation, which starts its count anew and is not seen from
// outside. So the count of N says only "at most N-1 are lost", never where the barrier was.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { firstOperation, type Operation, payloadSizes, type Workload } from "../workload.ts";
import { allowedRecords, faultKind, type Slack } from "./allowance.ts";
import { type Answer, gatherAnswers } from "./answers.ts";
import {
  type Expected,
  type Found,
  isLoss,
  type LifeLoss,
  type Overloss,
  type Report,
} from "./expectation.ts";
import type { FoundRecord, History, HistoryEvent } from "./history.ts";
import { HistoryError } from "./history-error.ts";
import { identifier } from "./identify.ts";
import { type LogRecord, shortContent } from "./log-record.ts";
import { placeFound } from "./placement.ts";
import { WrittenLog } from "./written-log.ts";

/** What the oracle read out of a history. */
export interface Oracle {
  readonly reports: readonly Report[];
  /** By life, in order; only lives that opened the store. */
  readonly losses: readonly LifeLoss[];
  /** The harness's own fault, where one shows: the history is then inconclusive. */
  readonly problem?: string;
}

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
  readonly #log: WrittenLog;
  /** More than one operation at a time was in flight. */
  readonly #overlaps: boolean;
  /** Where a place in the log names nobody: how many records of each nameless content were invoked. */
  readonly #nameless = new Map<string, number>();
  /** The last life that opened the store, until a report tells what is left of it. */
  #unreported: number | undefined;
  /** The event that ended the last checkpoint: what was asked for before it may be covered by it. */
  #checkpointEnd = 0;
  /** The event that ends the truncations so far: a checkpoint before it may be the one they go by. */
  #truncationEnd = 0;
  /** What was asked for before this event may be missing from the log's beginning. */
  #truncatedBefore = 0;
  /** Operations that were asked and never answered, with the end of their life's operations. */
  readonly #unanswered: { readonly operation: number; readonly end: number }[] = [];
  #problem: string | undefined;

  constructor(history: History, promise: StorePromise) {
    this.#promise = promise;
    this.#log = new WrittenLog(promise);
    this.#workload = history.workload;
    this.#overlaps = (history.workload.concurrency ?? 1) > 1;
    this.#operations = history.workload.lives.flat();
    this.#answers = gatherAnswers(history);
    this.#identify = identifier(history.workload);
  }

  oracle(): Oracle {
    const all = [...this.#losses.values()];
    const losses = this.#overlaps ? all.map(boundedRisk) : all;
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
      case "stalled":
        return;
      case "io-error":
        // What a failed sync leaves in the page cache may be what is durable, and no more.
        this.#log.strike("io-error", undefined);
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
        this.#strike(event);
        return;
      case "recovered":
        if (event.outcome.kind === "found") {
          this.#report(event.life, index, event.outcome.records);
        }
    }
  }

  #invoke(number: number, life: number): void {
    const operation = this.#operation(number);
    const { outcome, invokedAt, endedAt } = this.#answer(number);
    if (operation.kind === "checkpoint") {
      this.#checkpointEnd = Math.max(this.#checkpointEnd, endedAt);
      if (invokedAt < this.#truncationEnd) this.#truncatedBefore = this.#checkpointEnd;
    }
    if (operation.kind === "truncate") {
      this.#truncationEnd = Math.max(this.#truncationEnd, endedAt);
      this.#truncatedBefore = this.#checkpointEnd;
    }
    if (outcome === "unanswered") {
      this.#unanswered.push({ operation: number, end: firstOperation(this.#workload, life + 1) });
    }
    for (const record of this.#records(operation, number, life)) {
      this.#hold(record);
    }
  }

  #acknowledge(operation: number): void {
    const { invokedAt } = this.#answer(operation);
    this.#log.acknowledge({ operation, name: this.#operation(operation).kind, invokedAt });
  }

  /** Where nothing tells nameless records apart, only their number can be judged. */
  #hold(record: LogRecord): void {
    if (record.short !== undefined && (this.#overlaps || !this.#promise.ordered)) {
      this.#nameless.set(record.short, (this.#nameless.get(record.short) ?? 0) + 1);
    } else {
      this.#log.hold(record);
    }
  }

  #records(operation: Operation, number: number, life: number): LogRecord[] {
    const { outcome, lsns, atMs, invokedAt, endedAt } = this.#answer(number);
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
        invokedAt,
        endedAt,
        ...(atMs === undefined ? {} : { atMs }),
        ...(lsn === undefined ? {} : { lsn }),
        ...(short === undefined ? {} : { short }),
      };
    });
  }

  #answer(number: number): Answer {
    const answer = this.#answers.get(number);
    if (answer === undefined) {
      throw new HistoryError("UNKNOWN_OPERATION", `operation ${number} was never asked`);
    }
    return answer;
  }

  #operation(number: number): Operation {
    const operation = this.#operations[number];
    if (operation === undefined) {
      throw new HistoryError("UNKNOWN_OPERATION", `the workload has no operation ${number}`);
    }
    return operation;
  }

  #begin(life: number): void {
    this.#log.begin();
    this.#unreported = life;
    this.#losses.set(life, { life, acknowledged: 0, atRisk: 0, lost: 0, allowed: 0 });
  }

  #close(): void {
    this.#log.close();
    this.#account({ records: 0, milliseconds: 0 });
  }

  /** The machine failed: what may it have taken of that which no barrier has settled? */
  #strike({ fault, atMs }: HistoryEvent & { readonly kind: "crash" }): void {
    const kind = faultKind(fault);
    const promised = this.#promise.corruption?.silentLoss.includes("before-checkpoint") === true;
    if (kind === "corrupt" && promised) this.#truncatedBefore = this.#checkpointEnd;
    const slack = this.#log.strike(kind, atMs);
    if (slack !== undefined) this.#account(slack);
  }

  /** What the life that has ended put at risk; of the lives before it, what its end struck again. */
  #account(slack: Slack): void {
    for (const loss of this.#losses.values()) {
      const own = this.#log.records.filter(
        ({ record, missedBefore }) =>
          record.life === loss.life && record.outcome === "acknowledged" && !missedBefore,
      );
      const atRisk = own.filter(({ standing }) => standing.kind === "may").length;
      const allowed = allowedRecords(slack);
      if (loss.life === this.#unreported) {
        Object.assign(loss, { acknowledged: own.length, atRisk, allowed });
      } else if (loss.lost + atRisk > loss.atRisk) {
        loss.atRisk = loss.lost + atRisk;
        loss.allowed = allowed === null || loss.allowed === null ? null : loss.allowed + allowed;
      }
    }
  }

  #report(life: number, event: number, records: readonly FoundRecord[]): void {
    const { expected, found } = placeFound({
      log: this.#log.records,
      gone: this.#log.gone,
      nameless: this.#nameless,
      values: records.map(({ bytes, lsn }) => ({
        identity: this.#identify(bytes),
        ...(lsn === undefined ? {} : { lsn }),
      })),
      truncatedBefore: this.#truncatedBefore,
      promise: this.#promise,
    });
    this.#reports.push({ life, event, expected, found, overlost: this.#overlost(expected) });
    this.#problem ??= this.#overrun(found);
    for (const one of expected) {
      const loss = this.#losses.get(one.record.life);
      if (loss !== undefined && isLoss(one)) loss.lost += 1;
    }
    this.#log.report(expected, life);
    this.#unreported = undefined;
  }

  /**
   * One operation after the other, each record says for itself whether it may be missing. Where a later
   * crash may strike a life again, nobody knows how much each of them took.
   */
  #overlost(expected: readonly Expected[]): readonly Overloss[] {
    if (!this.#overlaps || this.#promise.recoverySyncs === false) return [];
    const atRisk = expected.filter((one) => isLoss(one) && one.standing.kind === "may");
    return [...this.#losses.values()].flatMap(({ life, allowed }) => {
      const lost = atRisk.filter(({ record }) => record.life === life).length;
      return allowed !== null && lost > allowed ? [{ life, lost, allowed }] : [];
    });
  }

  /**
   * A writer that went on without an answer broke the protocol: what was asked for while an operation
   * had none is in the history, so a record behind it says nothing of the store.
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

/** Of overlapping operations more may be at risk, each by itself, than crashes may take together. */
function boundedRisk(loss: LifeLoss): LifeLoss {
  const most = Math.max(loss.lost, loss.allowed ?? Infinity);
  return { ...loss, atRisk: Math.min(loss.atRisk, most) };
}
