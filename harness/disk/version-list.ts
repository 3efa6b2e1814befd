// The versions of one thing on the disk: a sector, a file's size, or a name in a directory.

/** What the thing was from an event on, until the next version. */
export interface Version<T> {
  /** The number of the event that started it; -1 for what was there before the trace. */
  readonly event: number;
  readonly value: T;
  /** True once the operation has ended; a sync that starts later covers it. */
  done: boolean;
  /** The event that made it, or a later version, durable; infinite while nothing did. */
  boundAt: number;
  /** The list that it is in. */
  readonly list: VersionList<T>;
  /** The other name of the same rename: the two versions are kept or lost together. */
  readonly twin?: VersionList<unknown>;
}

/**
 * A floor, which every crash leaves at least, and later versions, each of which holds all that came
 * before. Versions are named by their events.
 */
export class VersionList<T> {
  readonly #versions: [Version<T>, ...Version<T>[]];
  #floor = 0;

  constructor(value: T) {
    this.#versions = [{ event: -1, value, done: true, boundAt: -1, list: this }];
  }

  /** All versions, also those below the floor, the oldest first. */
  get all(): readonly Version<T>[] {
    return this.#versions;
  }

  get newest(): Version<T> {
    return this.#at(this.#versions.length - 1);
  }

  /** What every crash leaves at least; its event is -1 while no sync has bound a version. */
  get floor(): Version<T> {
    return this.#at(this.#floor);
  }

  /** True where a crash has a choice. */
  get open(): boolean {
    return this.#floor < this.#versions.length - 1;
  }

  /** Adds a version that is newer than all. */
  add(event: number, value: T, twin?: VersionList<unknown>): Version<T> {
    const boundAt = Number.POSITIVE_INFINITY;
    const fresh: Version<T> = { event, value, done: false, boundAt, list: this };
    const version = twin === undefined ? fresh : { ...fresh, twin };
    this.#versions.push(version);
    return version;
  }

  /** The last version that started by this event, and never less than the floor. */
  asOf(event: number): Version<T> {
    return this.#at(Math.max(this.#floor, this.#countUpTo(event) - 1));
  }

  /** The last version that started by this event, be it below the floor. */
  startedBy(event: number): Version<T> {
    return this.#at(this.#countUpTo(event) - 1);
  }

  /** The versions above the floor that started after one event and up to another. */
  between(after: number, upTo: number): readonly Version<T>[] {
    const first = Math.max(this.#floor + 1, this.#countUpTo(after));
    return this.#versions.slice(first, Math.max(first, this.#countUpTo(upTo)));
  }

  /** The newest version whose operation has ended. */
  newestDone(): Version<T> {
    let index = this.#versions.length - 1;
    while (index > this.#floor && !this.#at(index).done) {
      index -= 1;
    }
    return this.#at(index);
  }

  /** Makes the version of this event the floor at event `at`; returns what this made durable. */
  raise(event: number, at: number): readonly Version<T>[] {
    const bound = this.between(-1, event);
    for (const version of bound) {
      version.boundAt = at;
    }
    this.#floor += bound.length;
    return bound;
  }

  #at(index: number): Version<T> {
    return this.#versions[index] ?? this.#versions[0];
  }

  /** How many versions started by this event; they are sorted by it. */
  #countUpTo(event: number): number {
    let low = 0;
    let high = this.#versions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).event <= event) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** A list and the event up to which it is meant. */
export type Bound = readonly [list: VersionList<unknown>, event: number];

/** Makes these versions durable at event `at`, and with each half of a rename its other half. */
export function bindVersions(bounds: readonly Bound[], at: number): void {
  const waiting = [...bounds];
  for (let bound = waiting.pop(); bound !== undefined; bound = waiting.pop()) {
    const [list, event] = bound;
    for (const version of list.raise(event, at)) {
      if (version.twin !== undefined) {
        waiting.push([version.twin, version.event]);
      }
    }
  }
}
