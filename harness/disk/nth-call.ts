// A storage port on which something happens at the n-th call: the process ends there, or the call fails.
import { basename } from "node:path";
import type { FileId, StoragePort } from "../storage-port.ts";

// Counted, from 1, are the calls that change or sync something; looking (`list`, `size`, `read`,
// opening what exists), locking and closing are not: a crash beside them is the same crash as one
// beside the counted call before or after. What this does not do: it loses nothing that was
// written. A process that ends here leaves the page cache whole, and an error is only reported.

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
export type CallAction =
  | { readonly kind: "before" | "after"; readonly act: (site: CallSite) => void }
  /** The call does nothing and throws an error with this code (`EIO`, `ENOSPC`). */
  | { readonly kind: "error"; readonly code: string; readonly told: (site: CallSite) => void }
  /** A write takes only this many bytes; any other call is left alone. */
  | { readonly kind: "short"; readonly bytes: number; readonly told: (site: CallSite) => void };

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
  return { storage: wrap(storage, counter), calls: () => counter.calls };
}

/** An error as the machine would throw it. */
class InjectedError extends Error {
  readonly code: string;

  constructor(code: string, site: CallSite) {
    super(`${code}: injected at call ${site.n}, ${site.call} '${site.file}'`);
    this.code = code;
  }
}

class CallCounter {
  calls = 0;
  readonly #at: { readonly n: number; readonly action: CallAction } | undefined;
  readonly #files = new Map<FileId, string>();
  #namesUnsynced = false;

  constructor(at?: { readonly n: number; readonly action: CallAction }) {
    this.#at = at;
  }

  opened(file: FileId, path: string): FileId {
    this.#files.set(file, basename(path));
    return file;
  }

  nameOf(file: FileId): string {
    return this.#files.get(file) ?? "?";
  }

  /** Counts a synchronous call and does it. */
  run<T>(call: CountedCall, file: string, perform: () => T): T {
    const site = this.#count(call, file);
    this.#before(site);
    const result = perform();
    this.#after(site);
    return result;
  }

  async runLater(file: string, perform: () => Promise<void>): Promise<void> {
    const site = this.#count("syncDataLater", file);
    this.#before(site);
    await perform();
    this.#after(site);
  }

  write(file: string, bytes: Uint8Array, perform: (part: Uint8Array) => number): number {
    const site = this.#count("write", file);
    this.#before(site);
    const taken = perform(this.#shortened(site, bytes));
    this.#after(site);
    return taken;
  }

  #count(call: CountedCall, file: string): CallSite {
    this.calls += 1;
    if (CHANGES_NAMES.has(call)) this.#namesUnsynced = true;
    return { n: this.calls, call, file, namesChanging: this.#namesUnsynced };
  }

  #actionAt(site: CallSite): CallAction | undefined {
    return this.#at?.n === site.n ? this.#at.action : undefined;
  }

  #before(site: CallSite): void {
    const action = this.#actionAt(site);
    if (action?.kind === "before") action.act(site);
    if (action?.kind !== "error") return;
    action.told(site);
    throw new InjectedError(action.code, site);
  }

  #after(site: CallSite): void {
    const action = this.#actionAt(site);
    if (action?.kind === "after") action.act(site);
    if (site.call === "syncDirectory" || site.call === "makeDirectory") this.#namesUnsynced = false;
  }

  #shortened(site: CallSite, bytes: Uint8Array): Uint8Array {
    const action = this.#actionAt(site);
    if (action?.kind !== "short") return bytes;
    action.told(site);
    return bytes.subarray(0, action.bytes);
  }
}

/** `makeDirectory` syncs the names that it makes, the others leave that to `syncDirectory`. */
const CHANGES_NAMES: ReadonlySet<CountedCall> = new Set<CountedCall>([
  "makeDirectory",
  "create",
  "rename",
  "remove",
]);

function wrap(storage: StoragePort, counter: CallCounter): StoragePort {
  return {
    makeDirectory: (path) =>
      counter.run("makeDirectory", basename(path), () => storage.makeDirectory(path)),
    list: (directory) => storage.list(directory),
    lock: (directory) => storage.lock(directory),
    open: (path, mode) => {
      const open = (): FileId => counter.opened(storage.open(path, mode), path);
      return mode === "create" ? counter.run("create", basename(path), open) : open();
    },
    close: (file) => storage.close(file),
    size: (file) => storage.size(file),
    read: (file, bytes, position) => storage.read(file, bytes, position),
    write: (file, bytes, position) =>
      counter.write(counter.nameOf(file), bytes, (part) => storage.write(file, part, position)),
    truncate: (file, size) =>
      counter.run("truncate", counter.nameOf(file), () => storage.truncate(file, size)),
    sync: (file) => counter.run("sync", counter.nameOf(file), () => storage.sync(file)),
    syncData: (file) => counter.run("syncData", counter.nameOf(file), () => storage.syncData(file)),
    syncDataLater: (file) =>
      counter.runLater(counter.nameOf(file), () => storage.syncDataLater(file)),
    syncDirectory: (path) =>
      counter.run("syncDirectory", basename(path), () => storage.syncDirectory(path)),
    rename: (from, to) => counter.run("rename", basename(to), () => storage.rename(from, to)),
    remove: (path) => counter.run("remove", basename(path), () => storage.remove(path)),
  };
}
