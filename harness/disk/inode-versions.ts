// The versions of all that one inode holds: a file's size and sectors, or a directory's names.
import type { Inode } from "./image.ts";
import { cutSectors, type FileContent, type Sector, type SectorChange } from "./sectors.ts";
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
    return size === this.size.newest.value ? [] : [this.#changed.add(this.size).add(event, size)];
  }

  /** Makes the file at least this long, with nothing written there. */
  reserve(event: number, size: number): readonly Version<unknown>[] {
    this.#reserved.add(event);
    return this.resize(event, Math.max(size, this.size.newest.value));
  }

  change(event: number, changes: Iterable<SectorChange>): readonly Version<unknown>[] {
    return Array.from(changes, ([index, content]) =>
      this.#changed.add(this.#sector(index)).add(event, content),
    );
  }

  /** What cutting the file would change, beside its size. */
  cut(size: number): readonly SectorChange[] {
    const indices = new Set([...this.base.sectors.keys(), ...this.sectors.keys()]);
    const sectors = Array.from(indices, (index): SectorChange => [index, this.newestSector(index)]);
    return cutSectors(sectors, size);
  }

  covered(): Bound[] {
    return this.#changed.covered();
  }

  /** The same, but for sizes that were reserved and that no write has reached since. */
  coveredWritten(): Bound[] {
    return this.covered().map(([list, event]) =>
      list === this.size ? [list, this.#writtenBy(event)] : [list, event],
    );
  }

  #writtenBy(event: number): number {
    const versions = this.size.all.filter((version) => version.event <= event);
    return versions.findLast((version) => !this.#reserved.has(version.event))?.event ?? -1;
  }

  #sector(index: number): VersionList<Sector> {
    const list = this.sectors.get(index) ?? new VersionList<Sector>(this.base.sectors.get(index));
    this.sectors.set(index, list);
    return list;
  }
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
