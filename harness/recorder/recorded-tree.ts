// The recorded directory while a trace is folded: live names and contents, each change written down.

import { DiskError } from "../disk/disk-error.ts";
import type { ByteRange, DiskOperation, DiskTrace, SyncFailure } from "../disk/disk-trace.ts";
import type { Inode } from "../disk/image.ts";
import {
  type LiveDirectory,
  type LiveFile,
  type LiveNode,
  NameTree,
  renameOperation,
} from "../disk/name-tree.ts";
import { cutSectors, pageWrites, readSectors, writtenSectors } from "../disk/sectors.ts";
import { TraceRecorder } from "../disk/trace-recorder.ts";
import type { HistoryEvent } from "../history/history.ts";
import { Contradiction } from "./contradiction.ts";
import { lastInode, replayed } from "./replay.ts";
import { live, type TreePlace, traced } from "./tree-place.ts";
import type { VolatileFiles } from "./volatile-files.ts";

/** What a tree is made of. */
export interface TreeOptions {
  /** What is gone on with; its operations may still be lost. */
  readonly before: DiskTrace;
  readonly isVolatile: VolatileFiles;
  /** The most memory that the trace may take. */
  readonly limitBytes: number;
}

/** Operations are started when they are called; `endAll` ends those that were since the last one. */
export class RecordedTree {
  readonly root: LiveDirectory;
  readonly #tree: NameTree;
  readonly #recorder: TraceRecorder;
  readonly #isVolatile: VolatileFiles;
  /** Files whose names match a pattern: no operation on them is written down. */
  readonly #volatile = new Set<Inode>();
  readonly #touched = new Map<Inode, LiveNode>();
  #started: number[] = [];

  constructor({ before, isVolatile, limitBytes }: TreeOptions) {
    const image = replayed(before);
    this.#tree = new NameTree(image, lastInode(before));
    this.root = this.#tree.directory("/", { syscall: "open", path: "/" });
    this.#recorder = new TraceRecorder(before.base, limitBytes, before.events);
    this.#isVolatile = isVolatile;
    if (before.events.length > 0) this.#touchAll(this.root);
  }

  get trace(): DiskTrace {
    return this.#recorder.trace;
  }

  mark(happened: HistoryEvent): void {
    this.#recorder.mark(happened);
  }

  /** What the operations since the last time began with; the call that did them ends them with it. */
  takeStarted(): readonly number[] {
    const started = this.#started;
    this.#started = [];
    return started;
  }

  /** A sync may have failed. */
  end(started: readonly number[], failed?: SyncFailure): void {
    for (const start of started) this.#recorder.end(start, failed);
  }

  isVolatile(node: LiveNode): boolean {
    return this.#volatile.has(node.inode);
  }

  /** Whether what bears the name, or would, is volatile. */
  isVolatileAt(place: TreePlace): boolean {
    const node = place.directory.names.get(place.name);
    return node === undefined ? this.#isVolatileName(place) : this.isVolatile(node);
  }

  /** The path of a directory, from the recorded one: `a/b`; `undefined` where it was removed. */
  pathOf(directory: LiveDirectory): string | undefined {
    const waiting: [string, LiveDirectory][] = [["", this.root]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, node] = next;
      if (node === directory) return path;
      for (const [name, child] of node.names) {
        if (child.kind === "directory") {
          waiting.push([path === "" ? name : `${path}/${name}`, child]);
        }
      }
    }
    return undefined;
  }

  /** What bears a name. Volatile files that were there at the start turn up when they are asked for. */
  nodeAt(place: TreePlace): LiveNode | undefined {
    const node = place.directory.names.get(place.name);
    return node === undefined && this.#isVolatileName(place) ? this.createFile(place) : node;
  }

  createFile(place: TreePlace): LiveFile {
    this.#requireFree(place);
    const node = this.#tree.newFile();
    if (this.#isVolatileName(place)) this.#volatile.add(node.inode);
    this.#record(
      node,
      { kind: "create", place: traced(place), inode: node.inode },
      place.directory,
    );
    place.directory.names.set(place.name, node);
    return node;
  }

  createUnnamed(): LiveFile {
    const node = this.#tree.newFile();
    this.#record(node, { kind: "create-unnamed", inode: node.inode });
    return node;
  }

  makeDirectory(place: TreePlace): void {
    this.#requireFree(place);
    const node = this.#tree.newDirectory();
    this.#record(node, { kind: "mkdir", place: traced(place), inode: node.inode }, place.directory);
    place.directory.names.set(place.name, node);
  }

  link(node: LiveFile, place: TreePlace): void {
    this.#requireFree(place);
    this.#requireSameKind(node, place);
    this.#record(node, { kind: "link", place: traced(place), inode: node.inode }, place.directory);
    place.directory.names.set(place.name, node);
  }

  unlink(place: TreePlace): void {
    const node = this.#borne(place);
    if (node.kind === "directory" && node.names.size > 0) {
      throw new Contradiction(`removes ${place.name}, which is not empty`);
    }
    this.remove(place);
  }

  /** Takes a name away, be it that of a directory with all that is in it. */
  remove(place: TreePlace): void {
    const node = this.#borne(place);
    this.#record(
      node,
      { kind: "unlink", place: traced(place), inode: node.inode },
      place.directory,
    );
    place.directory.names.delete(place.name);
  }

  rename(from: TreePlace, to: TreePlace): void {
    const node = this.#borne(from);
    const operation = this.#renameOperation(from, to);
    if (operation === undefined) return;
    this.#requireSameKind(node, to);
    this.#record(node, operation, from.directory);
    this.#touched.set(to.directory.inode, to.directory);
    from.directory.names.delete(from.name);
    to.directory.names.set(to.name, node);
  }

  exchange(from: TreePlace, to: TreePlace): void {
    const node = this.#borne(from);
    const other = this.#borne(to);
    this.#requireSameKind(node, to);
    this.#requireSameKind(other, from);
    const places = { from: traced(from), to: traced(to) };
    const inodes = { inode: node.inode, other: other.inode };
    this.#record(node, { kind: "exchange", ...places, ...inodes }, from.directory);
    this.#touched.set(to.directory.inode, to.directory);
    from.directory.names.set(from.name, other);
    to.directory.names.set(to.name, node);
  }

  write(node: LiveFile, offset: number, bytes: Uint8Array): void {
    for (const part of pageWrites(offset, bytes)) {
      this.#record(node, { kind: "write", inode: node.inode, ...part });
    }
    if (this.isVolatile(node) || bytes.length === 0) return;
    for (const [index, content] of writtenSectors((at) => node.sectors.get(at), offset, bytes)) {
      node.sectors.set(index, content);
    }
    node.size = Math.max(node.size, offset + bytes.length);
  }

  /** What the file holds there; shorter at its end. */
  read(node: LiveFile, { offset, length }: ByteRange): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, node.size - offset)));
    readSectors(node, bytes, offset);
    return bytes;
  }

  truncate(node: LiveFile, size: number): void {
    this.#record(node, { kind: "truncate", inode: node.inode, size });
    if (this.isVolatile(node)) return;
    if (size < node.size) {
      for (const [index, content] of cutSectors(node.sectors, size)) {
        node.sectors.set(index, content);
      }
    }
    node.size = size;
  }

  allocate(node: LiveFile, range: ByteRange): void {
    this.#record(node, { kind: "allocate", inode: node.inode, ...range });
    if (!this.isVolatile(node)) node.size = Math.max(node.size, range.offset + range.length);
  }

  /** Makes a range read as zeros, within the file's size. */
  zero(node: LiveFile, { offset, length }: ByteRange): void {
    const count = Math.min(length, node.size - offset);
    if (count <= 0 || this.isVolatile(node)) return;
    this.#record(node, { kind: "zero", inode: node.inode, offset, length: count });
    const zeros = new Uint8Array(count);
    for (const [index, content] of writtenSectors((at) => node.sectors.get(at), offset, zeros)) {
      node.sectors.set(index, content);
    }
  }

  sync(node: LiveNode, kind: "fsync" | "fdatasync", range?: ByteRange): void {
    if (this.isVolatile(node)) return;
    const { inode } = node;
    this.#start(
      node.kind === "directory"
        ? { kind: "fsync-directory", inode }
        : { kind, inode, ...(range && { range }) },
    );
  }

  /** sync(2) and syncfs(2): everything that was ever changed. */
  syncAll(): void {
    for (const node of this.#touched.values()) this.sync(node, "fsync");
  }

  #renameOperation(from: TreePlace, to: TreePlace): ReturnType<typeof renameOperation> {
    try {
      return renameOperation(live(from), live(to), { syscall: "rename" });
    } catch (error) {
      if (error instanceof DiskError) throw new Contradiction(error.message);
      throw error;
    }
  }

  #borne(place: TreePlace): LiveNode {
    const node = this.nodeAt(place);
    if (node === undefined) throw new Contradiction(`finds no ${place.name} there`);
    return node;
  }

  #requireFree(place: TreePlace): void {
    if (place.directory.names.has(place.name)) {
      throw new Contradiction(`finds ${place.name} there already`);
    }
  }

  /** A file is volatile, or it is not: by no name may it become the other. */
  #requireSameKind(node: LiveNode, place: TreePlace): void {
    if (node.kind === "file" && this.isVolatile(node) !== this.#isVolatileName(place)) {
      throw new Contradiction(
        `gives ${place.name} to a file that has a volatile name and one that is not`,
      );
    }
  }

  /** What an earlier life left may be waiting for a sync of this one. */
  #touchAll(node: LiveNode): void {
    this.#touched.set(node.inode, node);
    for (const child of node.kind === "directory" ? node.names.values() : []) this.#touchAll(child);
  }

  #isVolatileName({ directory, name }: TreePlace): boolean {
    const path = this.pathOf(directory);
    return path !== undefined && this.#isVolatile(path === "" ? name : `${path}/${name}`);
  }

  #record(node: LiveNode, operation: DiskOperation, directory?: LiveDirectory): void {
    if (this.isVolatile(node)) return;
    this.#touched.set(node.inode, node);
    if (directory !== undefined) this.#touched.set(directory.inode, directory);
    this.#start(operation);
  }

  #start(operation: DiskOperation): void {
    this.#started.push(this.#recorder.start(operation));
  }
}
