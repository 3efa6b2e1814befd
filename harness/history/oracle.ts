// The oracle: walks a history and says of each recovery what had to, and what might, be found.
//
// The log is what the lives wrote, one after another. While a life runs its acknowledged records are at risk
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
import { type Answer, gatherAnswers, NO_ANSWER } from "./answers.ts";
import { type Found, isLoss, type LifeLoss, type Report } from "./expectation.ts";
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
  /** In a store that prints in any order: how many records of each nameless content were invoked. */
  readonly #nameless = new Map<string, number>();
  /** The last life that opened the store, until a report tells what is left of it. */
  #unreported: number | undefined;
  #lastCheckpoint = 0;
  /** Operations below this one may be missing from the log's beginning. */
  #truncatedBelow = 0;
  /** Operations that were asked and never answered, with the end of their life's operations. */
  readonly #unanswered: { readonly operation: number; readonly end: number }[] = [];
  #problem: string | undefined;

  constructor(history: History, promise: StorePromise) {
    this.#promise = promise;
    this.#log = new WrittenLog(promise);
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
        this.#log.acknowledge(event.operation, this.#operation(event.operation).kind);
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
      this.#log.hold(record);
    }
  }

  #records(operation: Operation, number: number, life: number): LogRecord[] {
    const { outcome, lsns, atMs } = this.#answers.get(number) ?? NO_ANSWER;
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
        ...(atMs === undefined ? {} : { atMs }),
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
    if (kind === "corrupt" && promised) this.#truncatedBelow = this.#lastCheckpoint;
    const slack = this.#log.strike(kind, atMs);
    if (slack !== undefined) this.#account(slack);
  }

  /** What the life that has ended put at risk; of the lives before it, what its end struck again. */
  #account(slack: Slack): void {
    for (const loss of this.#losses.values()) {
      const own = this.#log.records.filter(
        ({ record, missedBefore }) =>
          record.life === loss.life && record.outcome === "acknowledged" && missedBefore !== true,
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
      truncatedBelow: this.#truncatedBelow,
      promise: this.#promise,
    });
    this.#reports.push({ life, event, expected, found });
    this.#problem ??= this.#overrun(found);
    for (const one of expected) {
      const loss = this.#losses.get(one.record.life);
      if (loss !== undefined && isLoss(one)) loss.lost += 1;
    }
    this.#log.report(expected, life);
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
