// A storage port on which something happens at the n-th call: the process ends there.
import { basename } from "node:path";
import type { StoragePort } from "../storage-port.ts";
import {
  interceptedStorage,
  type StorageCall,
  type StorageInterceptor,
} from "./intercepted-storage.ts";

// Counted, from 1, are the calls that change or sync something; looking (`list`, `size`, `read`,
// opening what exists), locking and closing are not: a crash beside them is the same crash as one
// beside the counted call before or after. What this does not do: it loses nothing that was
// written. A process that ends here leaves the page cache whole. Calls that fail are in failing-disk.ts.

/** A counted call. `create` is `open` with that mode. */
type CountedCall =
  | "makeDirectory"
  | "create"
  | "write"
  | "truncate"
  | "sync"
  | "syncData"
  | "syncDataLater"
  | "syncDirectory"
  | "rename"
  | "remove";

/** Which call it was. */
export interface CallSite {
  readonly n: number;
  readonly call: CountedCall;
  /** The last part of its path. */
  readonly file: string;
  /** True from the first change of a name until the directory has been synced. */
  readonly namesChanging: boolean;
}

/** What happens at the call. */
export interface CallAction {
  readonly kind: "before" | "after";
  readonly act: (site: CallSite) => void;
}

/** The wrapped storage and its counter. */
export interface CountedStorage {
  readonly storage: StoragePort;
  /** Calls so far. */
  calls(): number;
}

/** Counts the calls on a storage; with `at`, something happens at one of them. */
export function countCalls(
  storage: StoragePort,
  at?: { readonly n: number; readonly action: CallAction },
): CountedStorage {
  const counter = new CallCounter(at);
  return { storage: interceptedStorage(storage, counter), calls: () => counter.calls };
}

class CallCounter implements StorageInterceptor {
  calls = 0;
  readonly #at: { readonly n: number; readonly action: CallAction } | undefined;
  #namesUnsynced = false;

  constructor(at?: { readonly n: number; readonly action: CallAction }) {
    this.#at = at;
  }

  call<T>(made: StorageCall, perform: () => T): T {
    const call = countedCall(made);
    if (call === undefined) return perform();
    const site = this.#count(call, made);
    this.#act("before", site);
    const result = perform();
    this.#after(site);
    return result;
  }

  sync(made: StorageCall, perform: () => void): void {
    this.call(made, perform);
  }

  async syncLater(made: StorageCall, perform: () => Promise<void>): Promise<void> {
    const site = this.#count("syncDataLater", made);
    this.#act("before", site);
    await perform();
    this.#after(site);
  }

  write(made: StorageCall, bytes: Uint8Array, perform: (part: Uint8Array) => number): number {
    return this.call(made, () => perform(bytes));
  }

  #count(call: CountedCall, { path }: StorageCall): CallSite {
    this.calls += 1;
    if (CHANGES_NAMES.has(call)) this.#namesUnsynced = true;
    return { n: this.calls, call, file: basename(path), namesChanging: this.#namesUnsynced };
  }

  #act(kind: CallAction["kind"], site: CallSite): void {
    if (this.#at?.n === site.n && this.#at.action.kind === kind) this.#at.action.act(site);
  }

  #after(site: CallSite): void {
    this.#act("after", site);
    if (site.call === "syncDirectory" || site.call === "makeDirectory") this.#namesUnsynced = false;
  }
}

function countedCall({ name, mode }: StorageCall): CountedCall | undefined {
  switch (name) {
    case "open":
      return mode === "create" ? "create" : undefined;
    case "close":
      return undefined;
    case "makeDirectory":
    case "write":
    case "truncate":
    case "sync":
    case "syncData":
    case "syncDataLater":
    case "syncDirectory":
    case "rename":
    case "remove":
      return name;
  }
}

/** `makeDirectory` syncs the names that it makes, the others leave that to `syncDirectory`. */
const CHANGES_NAMES: ReadonlySet<CountedCall> = new Set<CountedCall>([
  "makeDirectory",
  "create",
  "rename",
  "remove",
]);
