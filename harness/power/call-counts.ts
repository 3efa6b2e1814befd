// Counts a store's calls of the disk by what can fail, so that a failure can be drawn among them.
import {
  interceptedStorage,
  type StorageCall,
  type StorageInterceptor,
} from "../disk/intercepted-storage.ts";
import type { FailingCall } from "../disk/io-failure.ts";
import type { FailureOfCall } from "../faults/io-error-text.ts";
import type { StoragePort } from "../storage-port.ts";
import type { FailingPort } from "./recorded-life.ts";

/** A call that can fail; a `syncData` that is asked for later is counted once more by that name. */
export type CountedCall = FailingCall | "syncDataLater";

/** How often each call was made. */
export type CallCounts = ReadonlyMap<CountedCall, number>;

/** Whether a life with these calls has one that can fail so: only a later sync can be slow. */
export function canStrike({ call, kind }: FailureOfCall, counts: CallCounts): boolean {
  return counts.has(kind === "slow" ? "syncDataLater" : call);
}

/** A disk on which nothing fails, and each call is counted. */
export function countingPort(disk: StoragePort, counts: Map<CountedCall, number>): FailingPort {
  return { storage: interceptedStorage(disk, new CallTally(counts)), mend: () => undefined };
}

class CallTally implements StorageInterceptor {
  readonly #counts: Map<CountedCall, number>;

  constructor(counts: Map<CountedCall, number>) {
    this.#counts = counts;
  }

  call<T>(made: StorageCall, perform: () => T): T {
    this.#count(made);
    return perform();
  }

  sync(made: StorageCall, perform: () => void): void {
    this.call(made, perform);
  }

  async syncLater(made: StorageCall, perform: () => Promise<void>): Promise<void> {
    return this.call(made, perform);
  }

  write(made: StorageCall, bytes: Uint8Array, perform: (part: Uint8Array) => number): number {
    return this.call(made, () => perform(bytes));
  }

  #count({ name }: StorageCall): void {
    for (const call of countedCalls(name)) {
      this.#counts.set(call, (this.#counts.get(call) ?? 0) + 1);
    }
  }
}

function countedCalls(name: StorageCall["name"]): readonly CountedCall[] {
  switch (name) {
    case "syncDataLater":
      return ["syncData", name];
    case "makeDirectory":
    case "close":
      return [];
    case "open":
    case "write":
    case "truncate":
    case "sync":
    case "syncData":
    case "syncDirectory":
    case "rename":
    case "remove":
      return [name];
  }
}
