// The versions of all that one inode holds: a file's size and sectors, or a directory's names.

import type { ByteRange } from "./disk-trace.ts";
import { FailedSyncs, isPageWithin, PAGE_SECTORS, pageOf } from "./failed-syncs.ts";
import type { Inode } from "./image.ts";
import {
  cutSectors,
  type FileContent,
  SECTOR_BYTES,
  type Sector,
  type SectorChange,
  sectorCount,
} from "./sectors.ts";
import { type Bound, type Version, VersionList } from "./version-list.ts";

/** The lists of one inode that grew since a sync looked at them. */
class ChangedLists {
  readonly #lists = new Set<VersionList<unknown>>();

  add<T>(list: VersionList<T>): VersionList<T> {
    this.#lists.add(list);
    return list;
  }

  /** What a sync that starts now covers: all that has ended. */
  covered(): Bound[] {
    const bounds: Bound[] = [];
    for (const list of this.#lists) {
      if (list.open) {
        bounds.push([list, list.newestDone().event]);
      } else {
        this.#lists.delete(list);
      }
    }
    return bounds;
  }
}

/** A file's versions. Sectors that no operation touched have no list: they are as in the base. */
export class FileVersions {
  readonly kind = "file";
  readonly base: FileContent;
  readonly size: VersionList<number>;
  readonly sectors: Map<number, VersionList<Sector>> = new Map();
  readonly #changed = new ChangedLists();
  readonly #failed = new FailedSyncs();
  /** The events that made the file longer without a write. */
  readonly #reserved = new Set<number>();

  constructor(base: FileContent) {
    this.base = base;
    this.size = new VersionList(base.size);
  }

  /** A sector's bytes when all is kept. */
  newestSector(index: number): Sector {
    const list = this.sectors.get(index);
    return list === undefined ? this.base.sectors.get(index) : list.newest.value;
  }

  /** A sector's bytes as of an event, be it before a sync; without one, the newest. */
  sectorAsOf(index: number, event: number = Number.POSITIVE_INFINITY): Sector {
    const list = this.sectors.get(index);
    return list === undefined ? this.base.sectors.get(index) : list.startedBy(event).value;
  }

  resize(event: number, size: number): readonly Version<unknown>[] {
    if (size === this.size.newest.value) {
      return [];
    }
    const version = this.#changed.add(this.size).add(event, size);
    this.#failed.noteSize(version);
    return [version];
  }

  /** Makes the file at least this long, with nothing written there. */
  reserve(event: number, size: number): readonly Version<unknown>[] {
    this.#reserved.add(event);
    return this.resize(event, Math.max(size, this.size.newest.value));
  }

  change(event: number, changes: Iterable<SectorChange>): readonly Version<unknown>[] {
    return Array.from(changes, ([index, content]) => {
      const version = this.#changed.add(this.#sector(index)).add(event, content);
      this.#failed.noteSector(index, version);
      return version;
    });
  }

  /** What cutting the file would change, beside its size. */
  cut(size: number): readonly SectorChange[] {
    const indices = new Set([...this.base.sectors.keys(), ...this.sectors.keys()]);
    const sectors = Array.from(indices, (index): SectorChange => [index, this.newestSector(index)]);
    return cutSectors(sectors, size);
  }

  /** What making the bytes of a range zero would change; the size stays. */
  zeroed({ offset, length }: ByteRange): readonly SectorChange[] {
    const end = Math.min(offset + length, this.size.newest.value);
    const changes: SectorChange[] = [];
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / SECTOR_BYTES);
      const until = Math.min(end, (index + 1) * SECTOR_BYTES);
      const content = this.newestSector(index);
      if (content !== undefined) {
        const zeroed = content.slice();
        zeroed.fill(0, at - index * SECTOR_BYTES, until - index * SECTOR_BYTES);
        changes.push([index, until - at === SECTOR_BYTES ? undefined : zeroed]);
      }
      at = until;
    }
    return changes;
  }

  /** What a sync that starts now covers; with a range, of the sectors only those that it touches. */
  covered(range?: ByteRange): Bound[] {
    const bounds = this.#dirty(this.#changed.covered());
    if (range === undefined) {
      return bounds;
    }
    const lists = new Set<VersionList<unknown>>([this.size]);
    const end = sectorCount(range.offset + range.length);
    for (let index = Math.floor(range.offset / SECTOR_BYTES); index < end; index += 1) {
      const list = this.sectors.get(index);
      if (list !== undefined) lists.add(list);
    }
    return bounds.filter(([list]) => lists.has(list));
  }

  /** The same, but for sizes that were reserved and that no write has reached since. */
  coveredWritten(range?: ByteRange): Bound[] {
    return this.covered(range).map(([list, event]) =>
      list === this.size ? [list, this.#writtenBy(event)] : [list, event],
    );
  }

  /**
   * A sync failed: what it tried to write is clean from now on. Returns all lists that are clean,
   * which no sync covers that is under way or starts now.
   */
  fail(range?: ByteRange): ReadonlySet<VersionList<unknown>> {
    this.#failed.add(this.#openPages(range).keys());
    return this.#clean();
  }

  /**
   * The pages of which a failed sync covered all that is open go back to their floors. Those that
   * were written meanwhile stay, and those of which the file was cut: the page cache has no more of
   * a page than the file's size. Returns the versions that this made.
   */
  revert(event: number, covers: readonly Bound[]): readonly Version<unknown>[] {
    const covered = new Map(covers);
    const size = this.size.newest.value;
    const pages = [...this.#openPages().values()].filter((sectors) =>
      sectors.every(
        ([index, list]) =>
          covered.get(list) === list.newest.event && endsWithin(list.floor.value, index, size),
      ),
    );
    return pages.flat().map(([, list]) => readAs(list, event, list.floor.value));
  }

  /** The same, where another model of the file has worked out what it reads as. */
  revertAs(event: number, other: FileVersions): readonly Version<unknown>[] {
    return [...other.sectors].flatMap(([index, { newest }]) => {
      const list = this.sectors.get(index);
      return list === undefined || newest.event !== event
        ? []
        : [readAs(list, event, newest.value)];
    });
  }

  /** The sectors in which a crash has a choice, by page. */
  #openPages(range?: ByteRange): ReadonlyMap<number, readonly SectorList[]> {
    const pages = new Map<number, SectorList[]>();
    for (const [index, list] of this.sectors) {
      const page = pageOf(index);
      if (list.open && isPageWithin(page, range)) {
        pages.set(page, [...(pages.get(page) ?? []), [index, list]]);
      }
    }
    return pages;
  }

  #dirty(bounds: Bound[]): Bound[] {
    if (this.#failed.areNone) {
      return bounds;
    }
    const clean = this.#clean();
    return bounds.filter(([list]) => !clean.has(list));
  }

  #clean(): ReadonlySet<VersionList<unknown>> {
    const { pages, size } = this.#failed.clean();
    const lists = new Set<VersionList<unknown>>(size ? [this.size] : []);
    for (const page of pages) {
      for (let sector = 0; sector < PAGE_SECTORS; sector += 1) {
        const list = this.sectors.get(page * PAGE_SECTORS + sector);
        if (list !== undefined) lists.add(list);
      }
    }
    return lists;
  }

  /** What was under way when the sync started is not covered, be it below a version that is. */
  #writtenBy(event: number): number {
    const written = ({ done, event: by }: Version<unknown>): boolean =>
      done && by <= event && !this.#reserved.has(by);
    return this.size.all.findLast(written)?.event ?? -1;
  }

  #sector(index: number): VersionList<Sector> {
    const list = this.sectors.get(index) ?? new VersionList<Sector>(this.base.sectors.get(index));
    this.sectors.set(index, list);
    return list;
  }
}

type SectorList = readonly [index: number, list: VersionList<Sector>];

/** Whether all bytes of a sector that are not zero lie within this size. */
function endsWithin(content: Sector, index: number, size: number): boolean {
  const kept = Math.max(0, size - index * SECTOR_BYTES);
  return content === undefined || content.subarray(kept).every((byte) => byte === 0);
}

/** Gives a sector content that nobody wrote. */
function readAs(list: VersionList<Sector>, event: number, content: Sector): Version<unknown> {
  const version = list.add(event, content);
  version.done = true;
  return version;
}

/** A directory's versions: what each name led to. */
export class DirectoryVersions {
  readonly kind = "directory";
  readonly base: ReadonlyMap<string, Inode>;
  readonly names: Map<string, VersionList<Inode | undefined>> = new Map();
  readonly #changed = new ChangedLists();

  constructor(base: ReadonlyMap<string, Inode>) {
    this.base = base;
  }

  /** What a name leads to when all is kept. */
  newest(name: string): Inode | undefined {
    const list = this.names.get(name);
    return list === undefined ? this.base.get(name) : list.newest.value;
  }

  /** The list of a name that is about to change. */
  name(name: string): VersionList<Inode | undefined> {
    const list = this.names.get(name) ?? new VersionList(this.base.get(name));
    this.names.set(name, list);
    return this.#changed.add(list);
  }

  covered(): Bound[] {
    return this.#changed.covered();
  }
}

export type InodeVersions = FileVersions | DirectoryVersions;
