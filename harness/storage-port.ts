// The storage port by shape: what a subject that can be recorded asks of a disk.

/** An open file, as the storage names it. */
export type FileId = number;

/**
 * How a file is opened. `create` makes a new empty file and fails with `EEXIST` where the name is
 * taken; `write` opens an existing file for reading and writing; `read` for reading only.
 */
export type OpenMode = "create" | "write" | "read";

/**
 * What a store needs of a disk. All members but one are synchronous, so the order of calls is the
 * order of the program. Every failure is thrown as an `Error` with a `code` as Node gives it
 * (`ENOENT`, `EIO`, `ENOSPC` ...). Nothing but `sync`, `syncData` and `syncDirectory` makes
 * anything durable.
 */
export interface StoragePort {
  /** Makes the directory and its missing parents, each new name synced in its parent. */
  makeDirectory(path: string): void;
  /** The names in a directory, sorted; `ENOENT` where there is none. */
  list(directory: string): string[];
  /**
   * Takes the directory for one owner until the returned function is called or the process ends.
   * @throws an error with code `ELOCKED` when somebody, this process included, has it.
   */
  lock(directory: string): () => void;
  open(path: string, mode: OpenMode): FileId;
  /** Closes the file; unsynced bytes stay with the kernel, unsynced. */
  close(file: FileId): void;
  /** The size of the file in bytes. */
  size(file: FileId): number;
  /** Reads into `bytes` from `position`; returns the count, less than asked only at the end. */
  read(file: FileId, bytes: Uint8Array, position: number): number;
  /** Writes at `position`; returns how many bytes were taken, which may be fewer than given. */
  write(file: FileId, bytes: Uint8Array, position: number): number;
  truncate(file: FileId, size: number): void;
  /** fsync(2): data, size and the rest of the inode; not the file's name. */
  sync(file: FileId): void;
  /** fdatasync(2): data, and the size and allocation needed to read it back. */
  syncData(file: FileId): void;
  /** As `syncData`, settled when the device has answered; other calls may be made meanwhile. */
  syncDataLater(file: FileId): Promise<void>;
  /** Makes additions to and removals from this directory durable. */
  syncDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}
