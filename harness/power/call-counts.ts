// Counts a store's calls of the disk by what can fail, so that a failure can be drawn among them.
import type { FailingCall } from "../disk/io-failure.ts";
import type { FailureOfCall } from "../faults/io-error-text.ts";
import type { StoragePort } from "../storage-port.ts";
import type { FailingPort } from "./recorded-life.ts";

/** A call that can fail; a `syncData` that is asked for later is counted once more by that name. */
export type CountedCall = FailingCall | "syncDataLater";

/** How often each call was made. */
export type CallCounts = ReadonlyMap<CountedCall, number>;

const CALLS: { readonly [C in keyof StoragePort]?: FailingCall } = {
  open: "open",
  write: "write",
  truncate: "truncate",
  sync: "sync",
  syncData: "syncData",
  syncDataLater: "syncData",
  syncDirectory: "syncDirectory",
  rename: "rename",
  remove: "remove",
};

const FAILING: ReadonlyMap<string | symbol, FailingCall> = new Map(Object.entries(CALLS));

/** Whether a life with these calls has one that can fail so: only a later sync can be slow. */
export function canStrike({ call, kind }: FailureOfCall, counts: CallCounts): boolean {
  return counts.has(kind === "slow" ? "syncDataLater" : call);
}

/** A disk on which nothing fails, and each call is counted. */
export function countingPort(disk: StoragePort, counts: Map<CountedCall, number>): FailingPort {
  const count = (call: CountedCall): void => void counts.set(call, (counts.get(call) ?? 0) + 1);
  const storage = new Proxy(disk, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const call = FAILING.get(name);
      return (...given: unknown[]): unknown => {
        if (call !== undefined) count(call);
        if (name === "syncDataLater") count(name);
        return Reflect.apply(member, target, given);
      };
    },
  });
  return { storage, mend: () => undefined };
}
