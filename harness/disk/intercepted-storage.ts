// A storage port of which every call that changes, syncs or opens something goes through an interceptor.
import type { FileId, OpenMode, StoragePort } from "../storage-port.ts";

/** What was called; looking (`list`, `size`, `read`) and locking are not told. */
export interface StorageCall {
  readonly name: Exclude<keyof StoragePort, "list" | "lock" | "size" | "read">;
  /** For a call on an open file, the path by which it was opened; for a rename, the new one. */
  readonly path: string;
  /** Only of calls on an open file. */
  readonly file?: FileId;
  /** Only of `open`. */
  readonly mode?: OpenMode;
}

/** A call on an open file. */
export type FileCall = StorageCall & { readonly file: FileId };

/** Stands in for each call; `perform` does it as the storage would. */
export interface StorageInterceptor {
  call<T>(made: StorageCall, perform: () => T): T;
  /** `sync` and `syncData`. */
  sync(made: FileCall, perform: () => void): void;
  /** `syncDataLater`. */
  syncLater(made: FileCall, perform: () => Promise<void>): Promise<void>;
  /** Returns how many bytes were taken. */
  write(made: FileCall, bytes: Uint8Array, perform: (part: Uint8Array) => number): number;
}

/** The storage, with the interceptor before it. */
export function interceptedStorage(
  storage: StoragePort,
  interceptor: StorageInterceptor,
): StoragePort {
  const paths = new Map<FileId, string>();
  const on = (name: StorageCall["name"], file: FileId): FileCall => ({
    name,
    path: paths.get(file) ?? "?",
    file,
  });
  return {
    makeDirectory: (path) =>
      interceptor.call({ name: "makeDirectory", path }, () => storage.makeDirectory(path)),
    list: (directory) => storage.list(directory),
    lock: (directory) => storage.lock(directory),
    open: (path, mode) => {
      const file = interceptor.call({ name: "open", path, mode }, () => storage.open(path, mode));
      paths.set(file, path);
      return file;
    },
    close: (file) => interceptor.call(on("close", file), () => storage.close(file)),
    size: (file) => storage.size(file),
    read: (file, bytes, position) => storage.read(file, bytes, position),
    write: (file, bytes, position) =>
      interceptor.write(on("write", file), bytes, (part) => storage.write(file, part, position)),
    truncate: (file, size) =>
      interceptor.call(on("truncate", file), () => storage.truncate(file, size)),
    sync: (file) => interceptor.sync(on("sync", file), () => storage.sync(file)),
    syncData: (file) => interceptor.sync(on("syncData", file), () => storage.syncData(file)),
    syncDataLater: async (file) =>
      interceptor.syncLater(on("syncDataLater", file), () => storage.syncDataLater(file)),
    syncDirectory: (path) =>
      interceptor.call({ name: "syncDirectory", path }, () => storage.syncDirectory(path)),
    rename: (from, to) =>
      interceptor.call({ name: "rename", path: to }, () => storage.rename(from, to)),
    remove: (path) => interceptor.call({ name: "remove", path }, () => storage.remove(path)),
  };
}
