// The journal of names: which directory operations a sync carries along, under a profile.
import type { DiskOperation } from "./disk-trace.ts";
import type { Inode } from "./image.ts";
import { nameChanges } from "./name-changes.ts";
import type { DeviceProfile } from "./profile.ts";
import type { Bound, VersionList } from "./version-list.ts";

const NO_EVENT = -1;

/** All names that ever changed, and the last changes of each inode's. */
export class NameJournal {
  readonly #profile: DeviceProfile;
  readonly #names = new Set<VersionList<unknown>>();
  /** The directory operations on each file that its fsync, and its fdatasync, carry along. */
  readonly #journalled = new Map<Inode, { readonly made: number; readonly last: number }>();

  constructor(profile: DeviceProfile) {
    this.#profile = profile;
  }

  /** A name is about to change. */
  add<T>(list: VersionList<T>): VersionList<T> {
    this.#names.add(list);
    return list;
  }

  /** An operation ended; remembers the last directory operation on each inode, and the first, which made it. */
  note(operation: DiskOperation, start: number): void {
    for (const { inode } of nameChanges(operation)) {
      this.#note(inode, start, operation.kind === "create");
    }
  }

  #note(inode: Inode, start: number, makes: boolean): void {
    const { made, last } = this.#journalled.get(inode) ?? { made: NO_EVENT, last: NO_EVENT };
    // The last to start, not the last to end: operations on one inode may overlap.
    this.#journalled.set(inode, { made: makes ? start : made, last: Math.max(last, start) });
  }

  /**
   * What a file's sync covers beside the file. An fdatasync carries the making of the file and no
   * later rename of it, for that changes nothing that is needed to read the data back.
   */
  carried(operation: DiskOperation & { readonly kind: "fsync" | "fdatasync" }): readonly Bound[] {
    const noted = this.#journalled.get(operation.inode);
    if (!this.#profile.fileSyncBindsNames || noted === undefined) {
      return [];
    }
    return this.#upTo(operation.kind === "fsync" ? noted.last : noted.made);
  }

  /** Where names go to the disk in one order, whatever binds a name binds all names before it. */
  withEarlier(covers: readonly Bound[]): readonly Bound[] {
    if (this.#profile.names !== "prefix") {
      return covers;
    }
    const events = covers.filter(([list]) => this.#names.has(list)).map(([, event]) => event);
    return [...covers, ...this.#upTo(Math.max(NO_EVENT, ...events))];
  }

  #upTo(event: number): readonly Bound[] {
    return event === NO_EVENT ? [] : Array.from(this.#names, (list): Bound => [list, event]);
  }
}
