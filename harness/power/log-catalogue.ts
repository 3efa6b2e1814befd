// The records of a workload by number, in log order, with their bytes and the LSNs that became known.

import type { FoundRecord, HistoryEvent } from "../history/history.ts";
import { shortContent } from "../history/log-record.ts";
import { payload, readTag } from "../payload.ts";
import { firstOperation, payloadSizes, type Workload } from "../workload.ts";

/** Counts all records of a workload from 0, in the order in which they are asked for. */
export class LogCatalogue {
  /** How many records there are. */
  readonly size: number;
  /** False where acknowledged LSNs do not grow or are not one a record: then nothing is quick. */
  readonly lsnsGrow: boolean;
  /** Every record is long enough to name itself. */
  readonly allNamed: boolean;
  readonly #seed: number;
  readonly #operations: number[] = [];
  readonly #items: number[] = [];
  readonly #sizes: number[] = [];
  readonly #firsts: number[] = [];
  readonly #bytes: (Uint8Array | undefined)[] = [];
  readonly #lsns: (number | undefined)[] = [];
  readonly #byLsn = new Map<number, number>();

  /** `events` are all that will ever be acknowledged; a crash point may lie before some of them. */
  constructor(workload: Workload, events: readonly HistoryEvent[]) {
    this.#seed = workload.seed;
    for (const [operation, asked] of workload.lives.flat().entries()) {
      this.#firsts.push(this.#operations.length);
      for (const [item, size] of payloadSizes(asked).entries()) {
        this.#operations.push(operation);
        this.#items.push(item);
        this.#sizes.push(size);
      }
    }
    this.size = this.#operations.length;
    this.allNamed = this.#sizes.every(
      (size, index) =>
        shortContent(this.#operations[index] ?? 0, this.#items[index] ?? 0, size) === undefined,
    );
    this.lsnsGrow = this.#learn(events);
  }

  /** The record's number. */
  indexOf(operation: number, item: number): number | undefined {
    const index = (this.#firsts[operation] ?? this.size) + item;
    return this.#operations[index] === operation && this.#items[index] === item ? index : undefined;
  }

  /** The bytes that the record was asked to hold. */
  bytes(index: number): Uint8Array {
    const known = this.#bytes[index];
    if (known !== undefined) return known;
    const tag = { operation: this.#operations[index] ?? 0, item: this.#items[index] ?? 0 };
    const made = payload(this.#seed, tag, this.#sizes[index] ?? 0);
    this.#bytes[index] = made;
    return made;
  }

  /** The LSN that the record was acknowledged with, now or later in the run. */
  lsn(index: number): number | undefined {
    return this.#lsns[index];
  }

  /** The record with these bytes and, where it is given, this LSN. */
  find(bytes: Uint8Array, lsn: number | undefined): number | undefined {
    const byLsn = lsn === undefined ? undefined : this.#byLsn.get(lsn);
    if (byLsn !== undefined) return byLsn;
    const tag = readTag(bytes);
    return tag && this.indexOf(tag.operation, tag.item);
  }

  /** Gives a record an LSN, in place of the one before. */
  teach(index: number, lsn: number): void {
    const before = this.#lsns[index];
    if (before !== undefined) this.#byLsn.delete(before);
    this.#lsns[index] = lsn;
    this.#byLsn.set(lsn, index);
  }

  /** What was acknowledged, and what recoveries within the run reported of the unanswered. */
  #learn(events: readonly HistoryEvent[]): boolean {
    for (const event of events) {
      if (event.kind === "acknowledged" && !this.#learnAnswer(event)) return false;
      if (event.kind === "recovered" && event.outcome.kind === "found") {
        this.#learnReport(event.outcome.records);
      }
    }
    const known = this.#lsns.filter((lsn) => lsn !== undefined);
    return known.every((lsn, place) => Number.isSafeInteger(lsn) && lsn > (known[place - 1] ?? -1));
  }

  #learnAnswer({ operation, lsns }: Extract<HistoryEvent, { kind: "acknowledged" }>): boolean {
    const first = this.#firsts[operation] ?? this.size;
    const next = this.#firsts[operation + 1] ?? this.size;
    // What a checkpoint's LSN stands for is the store's own affair.
    if (next === first) return true;
    for (const [item, lsn] of lsns.entries()) this.teach(first + item, lsn);
    return lsns.length === next - first;
  }

  #learnReport(records: readonly FoundRecord[]): void {
    for (const { bytes, lsn } of records) {
      const index = this.find(Buffer.from(bytes, "base64"), lsn);
      if (index !== undefined && lsn !== undefined && this.#lsns[index] === undefined) {
        this.teach(index, lsn);
      }
    }
  }
}

/** The workload with one more life, of these operations: a trial writes on after a recovery. */
export function withLife(
  workload: Workload,
  operations: Workload["lives"][number],
): { readonly workload: Workload; readonly life: number; readonly operation: number } {
  const life = workload.lives.length;
  const longer = { ...workload, lives: [...workload.lives, operations] };
  return { workload: longer, life, operation: firstOperation(longer, life) };
}
