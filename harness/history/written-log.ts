// The written log: what was invoked and not reported missing, and what of it a crash may take by now.
//
// A barrier settles what was answered before it was asked for, and itself. Some settle for kills alone:
// what the kernel has outlives the process, and a power cut takes it. Opening the store is a barrier
// too, unless the promise says that it syncs nothing; then a power cut reaches back through all lives to
// the last barrier that does.
import type { StorePromise } from "../guarantees/guarantee.ts";
import {
  allowanceOf,
  type FaultKind,
  looser,
  type Slack,
  slackOf,
  undoesRecovery,
} from "./allowance.ts";
import type { Expected } from "./expectation.ts";
import { type LogRecord, recordKey, type Standing } from "./log-record.ts";
import type { Gone } from "./placement.ts";
import {
  type AnsweredOperation,
  isBarrier,
  isBefore,
  isKillBarrier,
  putAtRisk,
  settle,
  type Tracked,
} from "./settlement.ts";

const MAY: Standing = { kind: "may" };

/** What a crash reaches: what no barrier kept from kills, what none made durable, or all; each more. */
const REACHES = ["unkept", "undurable", "everything"] as const;
type Reach = (typeof REACHES)[number];

/** The crashes that struck since the store was last at work or reported. */
interface Struck {
  /** What is at risk. */
  readonly reach: Reach;
  /** The loosest of what they allow. */
  readonly slack: Slack;
  /** When the first of them struck: nothing of the store ran after it. */
  readonly atMs: number | undefined;
}

/** Changes with each event; records are in the order of their numbers. */
export class WrittenLog {
  readonly #promise: StorePromise;
  #records: Tracked[] = [];
  /** What a kill may take. */
  #unkept: Tracked[] = [];
  /** What some failure may take, and what is gone of it; what a kill may take is among it. */
  #undurable: Tracked[] = [];
  /** What a recovery did not find. */
  readonly #gone = new Map<number, Gone>();
  /** Those of them that a power cut may bring back: no barrier came after that recovery. */
  readonly #undecided = new Set<Tracked>();
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
    const tracked = { record, standing: MAY, uncertain: false, missedBefore: false };
    this.#records.push(tracked);
    this.#unkept.push(tracked);
    this.#undurable.push(tracked);
  }

  /** The store is open: no kill takes what its recovery kept, whatever that was. */
  begin(): void {
    for (const tracked of this.#records) tracked.uncertain = tracked.standing.kind === "may";
    this.#keepAll(this.#promise.recoverySyncs !== false);
    this.#struck = undefined;
    this.#closed = false;
  }

  /** An operation was acknowledged. */
  acknowledge(answered: AnsweredOperation): void {
    const { operation, name } = answered;
    if (!isKillBarrier(name, this.#promise)) return;
    const settled = this.#unkept.filter((tracked) => isBefore(tracked, answered));
    settle(settled, { kind: "barrier", operation, name });
    const isBehind = (tracked: Tracked): boolean => !isBefore(tracked, answered);
    this.#unkept = this.#unkept.filter(isBehind);
    if (!isBarrier(name, this.#promise)) return;
    this.#undurable = this.#undurable.filter(isBehind);
    this.#undecided.clear();
  }

  /** The store was closed and its process has ended: the kernel has everything. */
  close(): void {
    this.#closed = true;
    settle(this.#unkept, { kind: "closed" });
    this.#keepAll(this.#promise.barriers.includes("close"));
  }

  /** The machine failed. What crashes have allowed by now; undefined where this one takes nothing. */
  strike(kind: FaultKind, atMs: number | undefined): Slack | undefined {
    if (kind === "kill" && this.#closed) return undefined;
    if (undoesRecovery(this.#promise, kind)) this.#bringBack();
    const allowed = slackOf(allowanceOf(this.#promise, kind));
    const before = this.#struck;
    this.#struck = {
      reach: farther(before?.reach ?? "unkept", this.#reachOf(kind)),
      slack: looser(before?.slack ?? allowed, allowed),
      atMs: before === undefined ? atMs : before.atMs,
    };
    putAtRisk(this.#within(this.#struck.reach), this.#struck);
    return this.#struck.slack;
  }

  /** From a report on, what it found must stay and what it did not find must stay away. */
  report(expected: readonly Expected[], life: number): void {
    const standing: Standing = { kind: "must", because: { kind: "recovery", life } };
    const kept: Tracked[] = [];
    for (const [index, tracked] of this.#records.entries()) {
      if (expected[index]?.present === true) {
        tracked.standing = standing;
        tracked.uncertain = false;
        tracked.missedBefore = false;
        kept.push(tracked);
        continue;
      }
      this.#gone.set(keyOf(tracked.record), { record: tracked.record, life });
      this.#undecided.add(tracked);
    }
    this.#records = kept;
    this.#keepAll(this.#promise.recoverySyncs !== false);
    this.#struck = undefined;
  }

  #keepAll(durably: boolean): void {
    this.#unkept = [];
    if (!durably) return;
    this.#undurable = [];
    this.#undecided.clear();
  }

  #reachOf(kind: FaultKind): Reach {
    if (kind === "corrupt" || allowanceOf(this.#promise, kind) === "anything") return "everything";
    return kind === "kill" ? "unkept" : "undurable";
  }

  #within(reach: Reach): readonly Tracked[] {
    switch (reach) {
      case "unkept":
        return this.#unkept;
      case "undurable":
        return this.#undurable.filter((tracked) => this.#isThere(tracked));
      case "everything":
        return this.#records;
    }
  }

  #isThere({ record }: Tracked): boolean {
    return !this.#gone.has(keyOf(record));
  }

  /** The recovery's own work is undone too: what it had cut off, or thrown away on request. */
  #bringBack(): void {
    if (this.#undecided.size === 0) return;
    for (const tracked of this.#undecided) {
      this.#gone.delete(keyOf(tracked.record));
      Object.assign(tracked, { standing: MAY, uncertain: true, missedBefore: true });
      this.#records.push(tracked);
    }
    this.#undecided.clear();
    this.#records.sort((one, other) => keyOf(one.record) - keyOf(other.record));
  }
}

function farther(one: Reach, other: Reach): Reach {
  return REACHES.indexOf(one) > REACHES.indexOf(other) ? one : other;
}

function keyOf({ operation, item }: LogRecord): number {
  return recordKey(operation, item);
}
