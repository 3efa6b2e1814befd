// Which records of the log become durable: by a barrier, or by lying far enough from the end.
import type { Allowance, StorePromise } from "../guarantees/guarantee.ts";
import type { Operation } from "../workload.ts";
import type { Reason, Standing } from "./log-record.ts";
import type { Candidate } from "./run-steps.ts";

/** A record of the log with what the promise says of it now. */
export interface Tracked extends Candidate {
  standing: Standing;
}

/** Whether everything before this operation is durable once it is acknowledged. */
export function isBarrier(kind: Operation["kind"], promise: StorePromise): boolean {
  switch (kind) {
    case "append":
    case "batch":
    case "checkpoint":
    case "sync":
      return promise.barriers.includes(kind);
    case "reopen":
      // It opens the store, which is a recovery, and no process died before it.
      return true;
    case "truncate":
      return false;
  }
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

/** What a milder failure had to keep is optional again from index `from` on. */
export function unsettle(log: readonly Tracked[], from: number): void {
  for (const tracked of log.slice(from)) {
    tracked.standing = { kind: "may" };
  }
}

/** What has as many acknowledged records behind it as may be lost must survive. */
export function settleBeyondAllowance(
  log: readonly Tracked[],
  from: number,
  allowance: Allowance,
): void {
  if (allowance === "since-barrier") {
    return;
  }
  let behind = 0;
  for (let index = log.length - 1; index >= from; index -= 1) {
    if (behind >= allowance.records) {
      settle(log.slice(0, index + 1), from, { kind: "allowance", records: allowance.records });
      return;
    }
    behind += log[index]?.record.outcome === "acknowledged" ? 1 : 0;
  }
}
