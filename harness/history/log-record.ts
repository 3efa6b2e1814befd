// A record of the log: one payload that the writer was asked to write, and what became of it.
import { tagText } from "../payload.ts";
import type { Operation } from "../workload.ts";

/** What the store said: yes, no, or nothing before the crash. */
export type Outcome = "acknowledged" | "failed" | "unanswered";

/**
 * One record that was invoked. Records are numbered by (operation, item); that is their order in the
 * log too, but for operations that overlapped: of those nobody knows.
 */
export interface LogRecord {
  readonly operation: number;
  /** Its place in its batch; 0 for an append. */
  readonly item: number;
  readonly kind: "append" | "batch";
  readonly life: number;
  readonly outcome: Outcome;
  /** The event that asked for it, as its place in the history. */
  readonly invokedAt: number;
  /** The event that answered it, or the crash that left it without an answer; `Infinity` for neither. */
  readonly endedAt: number;
  /** When it was acknowledged, where that is known. */
  readonly atMs?: number;
  /** As acknowledged. */
  readonly lsn?: number;
  /** Its whole content, where it is shorter than its tag and so does not name itself. */
  readonly short?: string;
}

/**
 * Whether one record stands before the other in every right log: it was answered, or its life had
 * ended, before the other was asked for. Neither precedes where their operations overlapped.
 */
export function precedes(one: LogRecord, other: LogRecord): boolean {
  return one.operation === other.operation ? one.item < other.item : one.endedAt < other.invokedAt;
}

/** Why a record must survive. */
export type Reason =
  /** It was acknowledged at or before this operation, a barrier. */
  | { readonly kind: "barrier"; readonly operation: number; readonly name: Operation["kind"] }
  /** It was acknowledged before a clean close. */
  | { readonly kind: "closed" }
  /** It was acknowledged, followed by as many records as may be lost, and long enough ago. */
  | { readonly kind: "allowance"; readonly records: number; readonly milliseconds: number }
  /** The recovery after this life reported it. */
  | { readonly kind: "recovery"; readonly life: number };

/** What the promise says of a record; what is neither must not exist. */
export type Standing =
  | { readonly kind: "must"; readonly because: Reason }
  | { readonly kind: "may" };

/** The whole content of a record that is shorter than its tag. */
export function shortContent(operation: number, item: number, size: number): string | undefined {
  const tag = tagText(operation, item);
  return size < tag.length ? tag.slice(0, size) : undefined;
}

/** Records an operation can hold, so that (operation, item) fits into one number. */
const ITEMS_MAX = 2 ** 21;

/** One number for (operation, item), for maps. */
export function recordKey(operation: number, item: number): number {
  return operation * ITEMS_MAX + item;
}
