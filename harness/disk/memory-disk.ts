// The memory disk: the storage port over memory, on top of an image that it does not copy.
//
// It holds what the page cache holds: everything that was done, synced or not. A kill (`crash`)
// takes the open files and the locks and nothing else. It answers as Linux does, but for what no log
// rests on: permissions, times, links by symbol, and running out of space or open files.
import type { FileId, OpenMode, StoragePort } from "../storage-port.ts";
import { type CompletionScheduler, promptScheduler } from "./completion-scheduler.ts";
import { type DiskCall, systemError } from "./disk-error.ts";
import type { DiskOperation, SyncFailure } from "./disk-trace.ts";
import { type DiskImage, type Inode, pathParts } from "./image.ts";
import {
  type DiskContent,
  type LiveFile,
  type LiveNode,
  type LivePlace,
  NameTree,
  placeOf,
  renameOperation,
} from "./name-tree.ts";
import {
  pageWrites,
  readSectors,
  type Sector,
  type SectorChange,
  writtenSectors,
} from "./sectors.ts";

/** The largest file, in bytes; more is `EFBIG`. */
const FILE_LIMIT_BYTES = 2 ** 32;

const UNOBSERVED: OperationObserver = {
  start: () => 0,
  end: () => undefined,
  reverted: () => [],
};

interface OpenFile {
  readonly node: LiveNode;
  readonly writable: boolean;
}

/** What is told of the operations on a memory disk. */
export interface OperationObserver {
  /** An operation begins; returns what `end` is to be told of it. */
  start(operation: DiskOperation): number;
  /** It ended; of a sync, how it failed. */
  end(start: number, failed?: SyncFailure): void;
  /** What the operation that ended last took back of a file: the sectors as they read now. */
  reverted(inode: Inode): readonly SectorChange[];
}

/** How a sync that was asked for later goes, where it does not go as usual. */
export interface SyncCourse {
  /** When it ends; default: as the disk's scheduler says. */
  readonly scheduler?: CompletionScheduler | undefined;
  /** Asked when it ends: how it failed. */
  readonly outcome?: () => SyncFailure | undefined;
}

/** A disk in memory: the content as the page cache has it. */
export class MemoryDisk implements StoragePort {
  readonly #tree: NameTree;
  readonly #observer: OperationObserver;
  readonly #scheduler: CompletionScheduler;
  #files = new Map<FileId, OpenFile>();
  #locks = new Set<Inode>();
  #nextFile: FileId = 3;

  constructor(
    base: DiskContent,
    observer: OperationObserver = UNOBSERVED,
    scheduler: CompletionScheduler = promptScheduler,
  ) {
    this.#tree = new NameTree(base);
    this.#observer = observer;
    this.#scheduler = scheduler;
  }

  /** The content now, as a kill would leave it. */
  image(): DiskImage {
    return this.#tree.image();
  }

  /**
   * The process is killed: its files and locks are gone, the content stays. Syncs under way never
   * end, and their promises stay open, for nobody is left to wait for them.
   */
  crash(): void {
    this.#files = new Map();
    this.#locks = new Set();
  }

  makeDirectory(path: string): void {
    const call = { syscall: "mkdir", path };
    const parts = pathParts(path);
    for (let length = 1; length <= parts.length; length += 1) {
      const place = this.#tree.place(parts.slice(0, length).join("/"), call);
      if (place.node === undefined) {
        this.#makeDirectory(place);
      } else if (length === parts.length) {
        if (place.node.kind !== "directory") throw systemError("EEXIST", call);
        // Whoever made it may have been killed before it was synced.
        this.#record({ kind: "fsync-directory", inode: place.directory.inode });
      }
    }
  }

  #makeDirectory(place: LivePlace): void {
    const node = this.#tree.newDirectory();
    this.#record({ kind: "mkdir", place: placeOf(place), inode: node.inode });
    place.directory.names.set(place.name, node);
    this.#record({ kind: "fsync-directory", inode: place.directory.inode });
  }

  list(directory: string): string[] {
    const call = { syscall: "scandir", path: directory };
    return [...this.#tree.directory(directory, call).names.keys()].sort();
  }

  lock(directory: string): () => void {
    const call = { syscall: "lock", path: directory };
    const { inode } = this.#tree.directory(directory, call);
    if (this.#locks.has(inode)) {
      throw systemError("ELOCKED", call);
    }
    const locks = this.#locks.add(inode);
    let held = true;
    return () => {
      if (held) {
        held = false;
        locks.delete(inode);
      }
    };
  }

  open(path: string, mode: OpenMode): FileId {
    const call = { syscall: "open", path };
    const node = mode === "create" ? this.#create(path, call) : this.#tree.find(path, call);
    if (node.kind === "directory" && mode !== "read") {
      throw systemError("EISDIR", call);
    }
    this.#nextFile += 1;
    this.#files.set(this.#nextFile, { node, writable: mode !== "read" });
    return this.#nextFile;
  }

  #create(path: string, call: DiskCall): LiveFile {
    const place = this.#tree.place(path, call);
    if (place.node !== undefined) {
      throw systemError("EEXIST", call);
    }
    const node = this.#tree.newFile();
    this.#record({ kind: "create", place: placeOf(place), inode: node.inode });
    place.directory.names.set(place.name, node);
    return node;
  }

  close(file: FileId): void {
    this.#openFile(file, { syscall: "close" });
    this.#files.delete(file);
  }

  size(file: FileId): number {
    const call = { syscall: "fstat" };
    return regular(this.#openFile(file, call).node, call).size;
  }

  read(file: FileId, bytes: Uint8Array, position: number): number {
    const call = { syscall: "read" };
    const { node } = this.#openFile(file, call);
    checkExtent(position, 0, call);
    return readSectors(regular(node, call), bytes, position);
  }

  write(file: FileId, bytes: Uint8Array, position: number): number {
    const call = { syscall: "write" };
    const node = this.#writableFile(file, { call, otherwise: "EBADF" });
    checkExtent(position, bytes.length, call);
    if (bytes.length > 0) {
      const { inode } = node;
      for (const part of pageWrites(position, bytes)) {
        this.#record({ kind: "write", inode, ...part });
      }
      const before = (index: number): Sector => node.sectors.get(index);
      for (const [index, content] of writtenSectors(before, position, bytes)) {
        node.sectors.set(index, content);
      }
      node.size = Math.max(node.size, position + bytes.length);
    }
    return bytes.length;
  }

  truncate(file: FileId, size: number): void {
    const call = { syscall: "ftruncate" };
    const node = this.#writableFile(file, { call, otherwise: "EINVAL" });
    checkExtent(0, size, call);
    this.#record({ kind: "truncate", inode: node.inode, size });
    if (size < node.size) {
      node.sectors.cut(size);
    }
    node.size = size;
  }

  sync(file: FileId): void {
    this.#record(syncOperation("fsync", this.#openFile(file, { syscall: "fsync" }).node));
  }

  syncData(file: FileId): void {
    this.#record(syncOperation("fdatasync", this.#openFile(file, { syscall: "fdatasync" }).node));
  }

  async syncDataLater(file: FileId): Promise<void> {
    await this.syncLater(file, {});
  }

  /** As `syncDataLater`, on a course of its own; settled when it has ended, also where it failed. */
  async syncLater(file: FileId, { scheduler, outcome }: SyncCourse): Promise<void> {
    const { node } = this.#openFile(file, { syscall: "fdatasync" });
    const start = this.#observer.start(syncOperation("fdatasync", node));
    const life = this.#files;
    await new Promise<void>((resolve) => {
      (scheduler ?? this.#scheduler)(() => {
        if (life === this.#files) {
          this.#endSync(start, node, outcome?.());
          resolve();
        }
      });
    });
  }

  /** A sync that fails and throws nothing: it binds nothing, and the content is left as it says. */
  failSync(kind: "fsync" | "fdatasync", file: FileId, failed: SyncFailure): void {
    const { node } = this.#openFile(file, { syscall: kind });
    this.#endSync(this.#observer.start(syncOperation(kind, node)), node, failed);
  }

  /** The same of a directory. */
  failSyncDirectory(path: string, failed: SyncFailure): void {
    const node = this.#tree.directory(path, { syscall: "fsync", path });
    this.#endSync(this.#observer.start(syncOperation("fsync", node)), node, failed);
  }

  #endSync(start: number, node: LiveNode, failed: SyncFailure | undefined): void {
    this.#observer.end(start, failed);
    if (failed?.cache === "reverted" && node.kind === "file") {
      for (const [index, content] of this.#observer.reverted(node.inode)) {
        node.sectors.set(index, content);
      }
    }
  }

  /** Which file a descriptor is of. */
  inodeOf(file: FileId): Inode {
    return this.#openFile(file, { syscall: "fstat" }).node.inode;
  }

  syncDirectory(path: string): void {
    const directory = this.#tree.directory(path, { syscall: "fsync", path });
    this.#record({ kind: "fsync-directory", inode: directory.inode });
  }

  rename(from: string, to: string): void {
    const call = { syscall: "rename", path: from, dest: to };
    const source = this.#tree.place(from, call);
    const target = this.#tree.place(to, call);
    const operation = renameOperation(source, target, call);
    if (operation !== undefined && source.node !== undefined) {
      this.#record(operation);
      source.directory.names.delete(source.name);
      target.directory.names.set(target.name, source.node);
    }
  }

  remove(path: string): void {
    const call = { syscall: "unlink", path };
    const place = this.#tree.place(path, call);
    if (place.node === undefined) {
      throw systemError("ENOENT", call);
    }
    const { inode } = regular(place.node, call);
    this.#record({ kind: "unlink", place: placeOf(place), inode });
    place.directory.names.delete(place.name);
  }

  /** A call that is done when it returns. */
  #record(operation: DiskOperation): void {
    this.#observer.end(this.#observer.start(operation));
  }

  #openFile(file: FileId, call: DiskCall): OpenFile {
    const open = this.#files.get(file);
    if (open === undefined) {
      throw systemError("EBADF", call);
    }
    return open;
  }

  /** The file behind a descriptor; `otherwise` is what the call says of one opened for reading. */
  #writableFile(
    file: FileId,
    { call, otherwise }: { readonly call: DiskCall; readonly otherwise: "EBADF" | "EINVAL" },
  ): LiveFile {
    const { node, writable } = this.#openFile(file, call);
    if (!writable) {
      throw systemError(otherwise, call);
    }
    return regular(node, call);
  }
}

function syncOperation(kind: "fsync" | "fdatasync", node: LiveNode): DiskOperation {
  return { kind: node.kind === "directory" ? "fsync-directory" : kind, inode: node.inode };
}

function regular(node: LiveNode, call: DiskCall): LiveFile {
  if (node.kind === "directory") {
    throw systemError("EISDIR", call);
  }
  return node;
}

function checkExtent(position: number, length: number, call: DiskCall): void {
  if (
    !Number.isSafeInteger(position) ||
    position < 0 ||
    !Number.isSafeInteger(length) ||
    length < 0
  ) {
    throw systemError("EINVAL", call);
  }
  if (position + length > FILE_LIMIT_BYTES) {
    throw systemError("EFBIG", call);
  }
}
