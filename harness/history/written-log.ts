// The written log: what was invoked and not reported missing, and what of it a crash may take by now.
//
// A barrier settles all before it. Some settle for kills alone: what the kernel has outlives the
// process, and a power cut takes it. Opening the store is a barrier too, unless the promise says that
// it syncs nothing; then a power cut reaches back through all lives to the last barrier that does.
// Boundaries are keys of records, in log order, so that they stay right when records come or go.
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { Operation } from "../workload.ts";
import {
  allowanceOf,
  type FaultKind,
  looser,
  type Slack,
  slackOf,
  undoesRecovery,
} from "./allowance.ts";
import type { Expected } from "./expectation.ts";
import { type LogRecord, type Reason, recordKey, type Standing } from "./log-record.ts";
import type { Gone } from "./placement.ts";
import { isBarrier, isKillBarrier, putAtRisk, settle, type Tracked } from "./settlement.ts";

const MAY: Standing = { kind: "may" };
/** Before every record. */
const START = -1;

/** The crashes that struck since the store was last at work or reported. */
interface Struck {
  /** What lies behind this key is at risk. */
  readonly behind: number;
  /** The loosest of what they allow. */
  readonly slack: Slack;
  /** When the first of them struck: nothing of the store ran after it. */
  readonly atMs: number | undefined;
}

/** Changes with each event; `records` is in log order. */
export class WrittenLog {
  readonly #promise: StorePromise;
  #records: Tracked[] = [];
  /** What a recovery did not find. */
  readonly #gone = new Map<number, Gone>();
  /** Those of them that a power cut may bring back: no barrier came after that recovery. */
  readonly #undecided = new Set<number>();
  /** The last record that no failure may take. */
  #durableThrough = START;
  /** The last record that no kill may take. */
  #keptThrough = START;
  #struck: Struck | undefined;
  #closed = false;

  constructor(promise: StorePromise) {
    this.#promise = promise;
  }

  get records(): readonly Tracked[] {
    return this.#records;
  }

  get gone(): ReadonlyMap<number, Gone> {
    return this.#gone;
  }

  /** A record was asked for. */
  hold(record: LogRecord): void {
    this.#records.push({ record, standing: MAY, uncertain: false });
  }

  /** The store is open: no kill takes what its recovery kept, whatever that was. */
  begin(): void {
    for (const tracked of this.#records) tracked.uncertain = tracked.standing.kind === "may";
    this.#keepAll(this.#promise.recoverySyncs !== false);
    this.#struck = undefined;
    this.#closed = false;
  }

  /** An operation was acknowledged. */
  acknowledge(operation: number, name: Operation["kind"]): void {
    if (!isKillBarrier(name, this.#promise)) return;
    this.#settle({ kind: "barrier", operation, name });
    this.#keepAll(isBarrier(name, this.#promise));
  }

  /** The store was closed and its process has ended: the kernel has everything. */
  close(): void {
    this.#closed = true;
    this.#settle({ kind: "closed" });
    this.#keepAll(this.#promise.barriers.includes("close"));
  }

  /** The machine failed. What crashes have allowed by now; undefined where this one takes nothing. */
  strike(kind: FaultKind, atMs: number | undefined): Slack | undefined {
    if (kind === "kill" && this.#closed) return undefined;
    if (undoesRecovery(this.#promise, kind)) this.#bringBack();
    const allowed = slackOf(allowanceOf(this.#promise, kind));
    const before = this.#struck;
    this.#struck = {
      behind: Math.min(before?.behind ?? Infinity, this.#safeThrough(kind)),
      slack: looser(before?.slack ?? allowed, allowed),
      atMs: before === undefined ? atMs : before.atMs,
    };
    putAtRisk(this.#records, this.#indexBehind(this.#struck.behind), this.#struck);
    return this.#struck.slack;
  }

  /** From a report on, what it found must stay and what it did not find must stay away. */
  report(expected: readonly Expected[], life: number): void {
    const standing: Standing = { kind: "must", because: { kind: "recovery", life } };
    const kept: Tracked[] = [];
    for (const { record, present } of expected) {
      if (present) {
        kept.push({ record, standing, uncertain: false });
        continue;
      }
      const key = keyOf(record);
      this.#gone.set(key, { record, life });
      this.#undecided.add(key);
    }
    this.#records = kept;
    this.#keepAll(this.#promise.recoverySyncs !== false);
    this.#struck = undefined;
  }

  /** Everything acknowledged so far must survive a kill; it is known to be there. */
  #settle(because: Reason): void {
    settle(this.#records, this.#indexBehind(this.#keptThrough), because);
  }

  #keepAll(durably: boolean): void {
    const last = this.#records.at(-1);
    this.#keptThrough = Math.max(
      this.#keptThrough,
      last === undefined ? START : keyOf(last.record),
    );
    if (!durably) return;
    this.#durableThrough = this.#keptThrough;
    this.#undecided.clear();
  }

  #safeThrough(kind: FaultKind): number {
    if (kind === "corrupt" || allowanceOf(this.#promise, kind) === "anything") return START;
    return kind === "kill" ? this.#keptThrough : this.#durableThrough;
  }

  /** The recovery's own work is undone too: what it had cut off, or thrown away on request. */
  #bringBack(): void {
    const back = [...this.#undecided].flatMap((key) => this.#gone.get(key)?.record ?? []);
    if (back.length === 0) return;
    for (const record of back) {
      this.#gone.delete(keyOf(record));
      this.#records.push({ record, standing: MAY, uncertain: true, missedBefore: true });
    }
    this.#undecided.clear();
    this.#records.sort((one, other) => keyOf(one.record) - keyOf(other.record));
  }

  /** What is looked for lies mostly at the end. */
  #indexBehind(key: number): number {
    let index = this.#records.length;
    while (index > 0) {
      const before = this.#records[index - 1];
      if (before === undefined || keyOf(before.record) <= key) break;
      index -= 1;
    }
    return index;
  }
}

function keyOf({ operation, item }: LogRecord): number {
  return recordKey(operation, item);
}
