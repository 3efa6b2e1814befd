// The versions of one thing on the disk: a sector, a file's size, or a name in a directory.

/** What the thing was from an event on, until the next version. */
export interface Version<T> {
  /** The number of the event that started it; -1 for what was there before the trace. */
  readonly event: number;
  readonly value: T;
  /** True once the operation has ended; a sync that starts later covers it. */
  done: boolean;
  /** The other name of the same rename: the two versions are kept or lost together. */
  readonly twin?: VersionList<unknown>;
}

/**
 * A floor, which every crash leaves at least, and later versions, each of which holds all that came
 * before. What lies below the floor is forgotten. Versions are named by their events.
 */
export class VersionList<T> {
  #floor: Version<T>;
  readonly #later: Version<T>[] = [];

  constructor(value: T) {
    this.#floor = { event: -1, value, done: true };
  }

  get newest(): Version<T> {
    return this.#later.at(-1) ?? this.#floor;
  }

  /** What every crash leaves at least; its event is -1 while no sync has bound a version. */
  get floor(): Version<T> {
    return this.#floor;
  }

  /** True where a crash has a choice. */
  get open(): boolean {
    return this.#later.length > 0;
  }

  /** Adds a version that is newer than all. */
  add(event: number, value: T, twin?: VersionList<unknown>): Version<T> {
    const version = { event, value, done: false, ...(twin === undefined ? {} : { twin }) };
    this.#later.push(version);
    return version;
  }

  /** The last version that started by this event, and never less than the floor. */
  asOf(event: number): Version<T> {
    const count = this.#countUpTo(event);
    return count === 0 ? this.#floor : (this.#later[count - 1] ?? this.#floor);
  }

  /** The versions after one event and up to another. */
  between(after: number, upTo: number): readonly Version<T>[] {
    return this.#later.slice(this.#countUpTo(after), this.#countUpTo(upTo));
  }

  /** The newest version whose operation has ended. */
  newestDone(): Version<T> {
    return this.#later.findLast((version) => version.done) ?? this.#floor;
  }

  /** Makes the version of this event the floor; returns the versions that this made durable. */
  raise(event: number): readonly Version<T>[] {
    const bound = this.#later.splice(0, this.#countUpTo(event));
    this.#floor = bound.at(-1) ?? this.#floor;
    return bound;
  }

  /** How many of the later versions started by this event; they are sorted by it. */
  #countUpTo(event: number): number {
    let low = 0;
    let high = this.#later.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#later[middle]?.event ?? Number.POSITIVE_INFINITY) <= event) {
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

/** Makes these versions durable, and with each half of a rename its other half. */
export function bindVersions(bounds: readonly Bound[]): void {
  const waiting = [...bounds];
  for (let bound = waiting.pop(); bound !== undefined; bound = waiting.pop()) {
    const [list, event] = bound;
    for (const version of list.raise(event)) {
      if (version.twin !== undefined) {
        waiting.push([version.twin, version.event]);
      }
    }
  }
}
