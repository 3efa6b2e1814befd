// All versions of everything on the disk, brought forward event by event through a trace.
import { DiskError } from "./disk-error.ts";
import type { DiskEvent, DiskOperation, DiskTrace, NamePlace, SyncFailure } from "./disk-trace.ts";
import type { DiskImage, Inode } from "./image.ts";
import { DirectoryVersions, FileVersions, type InodeVersions } from "./inode-versions.ts";
import { NameJournal } from "./name-journal.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { PAGE_BYTES, writtenSectors } from "./sectors.ts";
import { type Bound, bindVersions, type Version } from "./version-list.ts";

/** An operation that has started: the versions it made, or what it will make durable. */
interface Pending {
  readonly operation: DiskOperation;
  readonly made: readonly Version<unknown>[];
  readonly covers: readonly Bound[];
}

/** A name, and what it leads to from now on. */
type NameChange = readonly [place: NamePlace, inode: Inode | undefined];

type FileSync = DiskOperation & { readonly kind: "fsync" | "fdatasync" };

/**
 * What a power cut after the events applied so far has to choose from. The cost of an event is in
 * proportion to what it touches; a sync's, to what changed in its file since the one before.
 */
export class DiskVersions {
  readonly inodes: Map<Inode, InodeVersions> = new Map();
  readonly profile: DeviceProfile;
  readonly #journal: NameJournal;
  readonly #bearers = new Map<string, Set<Inode>>();
  readonly #pending = new Map<number, Pending>();
  readonly #base: DiskImage;
  /** Where syncs do not bind as they should, what is durable cannot be told from the floors. */
  readonly #applied: DiskEvent[] | undefined;
  #eventCount = 0;

  constructor(base: DiskImage, profile: DeviceProfile = profiles.posix) {
    this.profile = profile;
    this.#base = base;
    this.#applied = profile.syncsBind && profile.names !== "all" ? undefined : [];
    this.#journal = new NameJournal(profile);
    for (const [inode, node] of base.inodes) {
      this.inodes.set(
        inode,
        node.kind === "file" ? new FileVersions(node) : new DirectoryVersions(node.names),
      );
      for (const [name, child] of node.kind === "directory" ? node.names : []) {
        this.#bear(name, child);
      }
    }
  }

  /** The inodes that ever bore this name, in any directory. */
  bearers(name: string): ReadonlySet<Inode> {
    return this.#bearers.get(name) ?? new Set();
  }

  /** Applies the next event. Throws `bad-trace` where no disk can have seen it. */
  apply(event: DiskEvent): void {
    this.#applied?.push(event);
    switch (event.kind) {
      case "start":
        this.#pending.set(this.#eventCount, this.#start(event.operation));
        break;
      case "end":
        this.#end(event.start, event.failed);
        break;
      case "mark":
        break;
    }
    this.#eventCount += 1;
  }

  #end(start: number, failed: SyncFailure | undefined): void {
    const pending = this.#pending.get(start);
    this.#require(pending !== undefined, `no operation of event #${start} is under way`);
    this.#pending.delete(start);
    if (failed !== undefined) {
      this.#fail(pending, failed);
      return;
    }
    for (const version of pending.made) {
      version.done = true;
    }
    this.#journal.note(pending.operation, start);
    if (this.profile.names === "all") {
      // A kill takes nothing that was done.
      const done = pending.made.map((version): Bound => [version.list, version.event]);
      bindVersions(done, this.#eventCount);
    } else if (this.profile.syncsBind) {
      bindVersions(this.#journal.withEarlier(pending.covers), this.#eventCount);
    }
  }

  /**
   * A sync that failed binds nothing. Of a directory's that is all: names lie in a journal, and a
   * file system that cannot write its journal stops, so that a later sync that succeeds has
   * written all of it. Of a file's, see failed-syncs.ts.
   */
  #fail({ operation, covers }: Pending, { cache }: SyncFailure): void {
    if (operation.kind === "fsync-directory") {
      return;
    }
    const isSync = operation.kind === "fsync" || operation.kind === "fdatasync";
    this.#require(isSync, `a ${operation.kind} that failed did nothing`);
    const { inode, range } = operation;
    const file = this.#file(inode);
    if (cache === "reverted") {
      this.#revert(inode, covers);
    }
    const clean = file.fail(range);
    for (const [start, other] of this.#pending) {
      if (other.operation.kind === "fsync" || other.operation.kind === "fdatasync") {
        // It may be told of a success that was so only for what this one left.
        const left = other.covers.filter(([list]) => !clean.has(list));
        this.#pending.set(start, { ...other, covers: left });
      }
    }
  }

  /** What reads as before cannot come back: space that was never linked to its file is free again. */
  #revert(inode: Inode, covers: readonly Bound[]): void {
    const file = this.#file(inode);
    const versions =
      this.#applied === undefined
        ? file.revert(this.#eventCount, covers)
        : file.revertAs(this.#eventCount, this.#honest(this.#applied).#file(inode));
    if (this.profile.syncsBind) {
      const bounds = versions.map((version): Bound => [version.list, version.event]);
      bindVersions(bounds, this.#eventCount);
    }
  }

  /** The same events on a disk whose syncs bind what they cover, and nothing else binds. */
  #honest(events: readonly DiskEvent[]): DiskVersions {
    const versions = new DiskVersions(this.#base);
    for (const event of events) {
      versions.apply(event);
    }
    return versions;
  }

  #fileCovers(operation: FileSync): readonly Bound[] {
    const file = this.#file(operation.inode);
    const isFull = operation.kind === "fsync" || this.profile.dataSyncBindsAllocation;
    const content = isFull ? file.covered(operation.range) : file.coveredWritten(operation.range);
    return [...content, ...this.#journal.carried(operation)];
  }

  #start(operation: DiskOperation): Pending {
    switch (operation.kind) {
      case "fsync":
      case "fdatasync":
        return { operation, made: [], covers: this.#fileCovers(operation) };
      case "fsync-directory":
        return { operation, made: [], covers: this.#directory(operation.inode).covered() };
      case "create":
      case "create-unnamed":
      case "mkdir":
      case "link":
      case "unlink":
      case "rename":
      case "exchange":
      case "write":
      case "truncate":
      case "allocate":
      case "zero":
        return { operation, made: this.#make(operation, this.#eventCount), covers: [] };
    }
  }

  #make(
    operation: Exclude<DiskOperation, { kind: "fsync" | "fdatasync" | "fsync-directory" }>,
    event: number,
  ): readonly Version<unknown>[] {
    switch (operation.kind) {
      case "create":
        this.#addInode(operation.inode, new FileVersions({ size: 0, sectors: new Map() }));
        return [this.#name(operation.place, operation.inode, event)];
      case "create-unnamed":
        this.#addInode(operation.inode, new FileVersions({ size: 0, sectors: new Map() }));
        return [];
      case "mkdir":
        this.#addInode(operation.inode, new DirectoryVersions(new Map()));
        return [this.#name(operation.place, operation.inode, event)];
      case "link":
        this.#file(operation.inode);
        return [this.#name(operation.place, operation.inode, event)];
      case "unlink":
        this.#requireBorne(operation.place, operation.inode);
        return [this.#list(operation.place).add(event, undefined)];
      case "rename":
        return this.#rename(operation, event);
      case "exchange":
        return this.#exchange(operation, event);
      case "write":
        return this.#write(operation, event);
      case "truncate":
        return this.#truncate(operation, event);
      case "allocate":
        return this.#file(operation.inode).reserve(event, operation.offset + operation.length);
      case "zero": {
        const file = this.#file(operation.inode);
        return file.change(event, file.zeroed(operation));
      }
    }
  }

  #addInode(inode: Inode, versions: InodeVersions): void {
    this.#require(!this.inodes.has(inode), `inode ${inode} is there already`);
    this.inodes.set(inode, versions);
  }

  /** Gives a free name to an inode. */
  #name(place: NamePlace, inode: Inode, event: number): Version<unknown> {
    const borne = this.#directory(place.directory).newest(place.name);
    this.#require(borne === undefined, `the name ${place.name} is taken`);
    this.#bear(place.name, inode);
    return this.#list(place).add(event, inode);
  }

  #rename(
    { from, to, inode }: DiskOperation & { kind: "rename" },
    event: number,
  ): readonly Version<unknown>[] {
    this.#requireBorne(from, inode);
    if (this.#directory(to.directory).newest(to.name) === inode) {
      // Two names of one file: rename(2) does nothing.
      return [];
    }
    this.#bear(to.name, inode);
    return this.#pair([from, undefined], [to, inode], event);
  }

  #exchange(
    { from, to, inode, other }: DiskOperation & { kind: "exchange" },
    event: number,
  ): readonly Version<unknown>[] {
    this.#requireBorne(from, inode);
    this.#requireBorne(to, other);
    this.#bear(from.name, other);
    this.#bear(to.name, inode);
    return inode === other ? [] : this.#pair([from, other], [to, inode], event);
  }

  /** Two names change in one step, where the profile says so. */
  #pair(from: NameChange, to: NameChange, event: number): readonly Version<unknown>[] {
    const source = this.#list(from[0]);
    const target = this.#list(to[0]);
    if (!this.profile.renameAtomic) {
      return [source.add(event, from[1]), target.add(event, to[1])];
    }
    return [source.add(event, from[1], target), target.add(event, to[1], source)];
  }

  #write(
    { inode, offset, bytes }: DiskOperation & { kind: "write" },
    event: number,
  ): readonly Version<unknown>[] {
    this.#require(bytes.length > 0, "a write of nothing");
    // A crash may cut a write at a page, so that each page is an operation of its own.
    const isOfOnePage = (offset % PAGE_BYTES) + bytes.length <= PAGE_BYTES;
    this.#require(isOfOnePage, "a write that crosses a page; split it with pageWrites");
    const file = this.#file(inode);
    const changes = writtenSectors((index) => file.newestSector(index), offset, bytes);
    return [...file.change(event, changes), ...this.#grow(inode, offset + bytes.length, event)];
  }

  #truncate(
    { inode, size }: DiskOperation & { kind: "truncate" },
    event: number,
  ): readonly Version<unknown>[] {
    const file = this.#file(inode);
    if (size >= file.size.newest.value) {
      return file.reserve(event, size);
    }
    return [...file.change(event, file.cut(size)), ...file.resize(event, size)];
  }

  #grow(inode: Inode, size: number, event: number): readonly Version<unknown>[] {
    const file = this.#file(inode);
    return file.resize(event, Math.max(size, file.size.newest.value));
  }

  #list(place: NamePlace): ReturnType<DirectoryVersions["name"]> {
    return this.#journal.add(this.#directory(place.directory).name(place.name));
  }

  #file(inode: Inode): FileVersions {
    const versions = this.inodes.get(inode);
    this.#require(versions?.kind === "file", `inode ${inode} is no file`);
    return versions;
  }

  #directory(inode: Inode): DirectoryVersions {
    const versions = this.inodes.get(inode);
    this.#require(versions?.kind === "directory", `inode ${inode} is no directory`);
    return versions;
  }

  #requireBorne(place: NamePlace, inode: Inode): void {
    const borne = this.#directory(place.directory).newest(place.name);
    this.#require(borne === inode, `the name ${place.name} does not lead to inode ${inode}`);
  }

  #require(holds: boolean, otherwise: string): asserts holds {
    if (!holds) {
      throw new DiskError("bad-trace", `Event #${this.#eventCount}: ${otherwise}.`);
    }
  }

  #bear(name: string, inode: Inode): void {
    const bearers = this.#bearers.get(name) ?? new Set();
    this.#bearers.set(name, bearers.add(inode));
  }
}

/** The versions after event `at`; -1 is before the first. Throws `bad-crash-point` beyond the last. */
export function versionsAfter(
  trace: DiskTrace,
  at: number,
  profile: DeviceProfile = profiles.posix,
): DiskVersions {
  if (!Number.isInteger(at) || at < -1 || at >= trace.events.length) {
    const message = `There is no event #${at}: the trace has ${trace.events.length} events.`;
    throw new DiskError("bad-crash-point", message);
  }
  const versions = new DiskVersions(trace.base, profile);
  for (const event of trace.events.slice(0, at + 1)) {
    versions.apply(event);
  }
  return versions;
}
