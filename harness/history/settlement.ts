// Which records of the log become durable: by a barrier, or by lying far enough from the end.
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { Operation } from "../workload.ts";
import type { Slack } from "./allowance.ts";
import type { LogRecord, Reason, Standing } from "./log-record.ts";
import type { Candidate } from "./run-steps.ts";

/** A record of the log with what the promise says of it now. */
export interface Tracked extends Candidate {
  standing: Standing;
  /** An earlier life's crash may have taken it, and nobody has looked since. */
  uncertain: boolean;
  /** A recovery had reported it missing, and a power cut may have undone that. */
  missedBefore: boolean;
}

/** Whether everything before this operation is durable once it is acknowledged, whatever fails. */
export function isBarrier(kind: Operation["kind"], promise: StorePromise): boolean {
  switch (kind) {
    case "append":
    case "batch":
    case "checkpoint":
    case "sync":
      return promise.barriers.includes(kind);
    case "reopen":
      // It opens the store, which is a recovery, and no process died before it.
      return promise.recoverySyncs !== false || promise.barriers.includes("close");
    case "truncate":
      return false;
  }
}

/** Whether no kill takes anything before this operation once it is acknowledged. */
export function isKillBarrier(kind: Operation["kind"], promise: StorePromise): boolean {
  if (kind === "reopen" || isBarrier(kind, promise)) return true;
  return kind !== "truncate" && (promise.killBarriers ?? []).includes(kind);
}

/** An operation that was acknowledged, as a barrier sees it. */
export interface AnsweredOperation {
  readonly operation: number;
  readonly name: Operation["kind"];
  /** The event that asked for it. */
  readonly invokedAt: number;
}

/**
 * Whether a barrier settles a record: its own, and what was answered before it was asked for. What
 * overlapped it may lie behind it in the log, answered or not.
 */
export function isBefore(
  { record }: Tracked,
  { operation, invokedAt }: AnsweredOperation,
): boolean {
  return record.operation === operation || record.endedAt < invokedAt;
}

/** Every acknowledged one of these records must survive. */
export function settle(records: readonly Tracked[], because: Reason): void {
  for (const tracked of records) {
    if (tracked.record.outcome === "acknowledged") tracked.standing = { kind: "must", because };
  }
}

/** A crash that ended a life: what it may take, and when it struck, where that is known. */
export interface TimedCrash {
  readonly slack: Slack;
  readonly atMs: number | undefined;
}

/**
 * A crash may take all of these records, in the order of their numbers, but what is acknowledged, with
 * as many acknowledged ones behind it and as old as may be lost. Behind it is only what it precedes:
 * what overlapped it may lie before it in the log. What an earlier life's crash may have taken no
 * allowance brings back.
 */
export function putAtRisk(records: readonly Tracked[], { slack, atMs }: TimedCrash): void {
  const behind = countsBehind(records, slack.records);
  for (const [index, tracked] of records.entries()) {
    const { record, uncertain } = tracked;
    const acknowledged = record.outcome === "acknowledged";
    const shielded =
      (behind[index] ?? 0) >= slack.records && isOlder(record, slack.milliseconds, atMs);
    tracked.standing =
      acknowledged && shielded && !uncertain
        ? { kind: "must", because: { kind: "allowance", ...slack } }
        : { kind: "may" };
  }
}

/** How many acknowledged records each record precedes; none where the number does not matter. */
function countsBehind(records: readonly Tracked[], needed: number): readonly number[] {
  if (needed === 0 || needed === Infinity) return [];
  const counts: number[] = [];
  /** When each acknowledged record was asked for, the last one first. */
  const invoked: number[] = [];
  /** Acknowledged records behind this one in its own batch. */
  let own = 0;
  for (const { record } of records.toReversed()) {
    const acknowledged = record.outcome === "acknowledged" ? 1 : 0;
    own = invoked.at(-1) === record.invokedAt ? own : 0;
    counts.push(own + invokedAfter(invoked, record.endedAt));
    own += acknowledged;
    if (acknowledged === 1) invoked.push(record.invokedAt);
  }
  return counts.toReversed();
}

/** How many of these falling numbers are above the bound. */
function invokedAfter(falling: readonly number[], bound: number): number {
  let low = 0;
  let high = falling.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((falling[middle] ?? 0) > bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Nothing is old enough where a time that counts was not taken. */
function isOlder(record: LogRecord, milliseconds: number, atMs: number | undefined): boolean {
  if (milliseconds === 0) return true;
  return record.atMs !== undefined && atMs !== undefined && atMs - record.atMs > milliseconds;
}
