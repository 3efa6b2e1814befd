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

/** Everything acknowledged from index `from` on must survive. */
export function settle(log: readonly Tracked[], from: number, because: Reason): void {
  for (let index = from; index < log.length; index += 1) {
    const tracked = log[index];
    if (tracked?.record.outcome === "acknowledged") {
      tracked.standing = { kind: "must", because };
    }
  }
}

/** A crash that ended a life: what it may take, and when it struck, where that is known. */
export interface TimedCrash {
  readonly slack: Slack;
  readonly atMs: number | undefined;
}

/**
 * From index `from` on a crash may take all, but what is acknowledged, with as many records behind it
 * and as old as may be lost. What an earlier life's crash may have taken no allowance brings back.
 */
export function putAtRisk(
  log: readonly Tracked[],
  from: number,
  { slack, atMs }: TimedCrash,
): void {
  let behind = 0;
  for (let index = log.length - 1; index >= from; index -= 1) {
    const tracked = log[index];
    if (tracked === undefined) continue;
    const { record, uncertain } = tracked;
    const acknowledged = record.outcome === "acknowledged";
    const shielded = behind >= slack.records && isOlder(record, slack.milliseconds, atMs);
    tracked.standing =
      acknowledged && shielded && !uncertain
        ? { kind: "must", because: { kind: "allowance", ...slack } }
        : { kind: "may" };
    behind += acknowledged ? 1 : 0;
  }
}

/** Nothing is old enough where a time that counts was not taken. */
function isOlder(record: LogRecord, milliseconds: number, atMs: number | undefined): boolean {
  if (milliseconds === 0) return true;
  return record.atMs !== undefined && atMs !== undefined && atMs - record.atMs > milliseconds;
}
