// A crash state: the event as of which each thing on the disk survives, with renames kept whole.
import type { ChosenVersion } from "./crash-choice.ts";
import type { Sector } from "./sectors.ts";
import type { Bound, Version, VersionList } from "./version-list.ts";

const BEFORE_ALL = -1;
const AFTER_ALL = Number.POSITIVE_INFINITY;

/** Picks one version from each list: from the floor to the newest, or for a sector stale bytes. */
export class CrashState {
  readonly #base: number;
  readonly #picks = new Map<VersionList<unknown>, number>();
  readonly #stale = new Map<VersionList<unknown>, Uint8Array>();

  constructor(base: "floor" | "newest") {
    this.#base = eventOf(base);
  }

  /** What survives of this list. */
  value<T>(list: VersionList<T>): T {
    return list.asOf(this.#picked(list)).value;
  }

  /** What survives of a sector. */
  sector(list: VersionList<Sector>): Sector {
    return this.#stale.get(list) ?? this.value(list);
  }

  /** Picks none of a sector's versions, but these bytes. */
  leaveStale(list: VersionList<Sector>, bytes: Uint8Array): void {
    this.#stale.set(list, bytes);
  }

  /**
   * Picks a version. Where that keeps or loses one name of a rename, the rename's other name goes
   * along, with what stands or falls with that in turn.
   */
  pick(list: VersionList<unknown>, version: ChosenVersion): void {
    this.#stale.delete(list);
    const event = eventOf(version);
    if (event > this.#picked(list)) {
      this.#keep([[list, event]]);
    } else {
      this.#lose([[list, event]]);
    }
  }

  /** Picks at least these versions, and the renames that they rest on. */
  #keep(waiting: Bound[]): void {
    for (let bound = waiting.pop(); bound !== undefined; bound = waiting.pop()) {
      const [list, event] = bound;
      const before = this.#picked(list);
      if (event > before) {
        this.#picks.set(list, event);
        waiting.push(...twins(list.between(before, event)));
      }
    }
  }

  /** Picks at most these versions, or the floor, and gives up the renames that rested on more. */
  #lose(waiting: Bound[]): void {
    for (let bound = waiting.pop(); bound !== undefined; bound = waiting.pop()) {
      const [list, event] = bound;
      const before = this.#picked(list);
      if (event < before) {
        this.#picks.set(list, event);
        const lost = twins(list.between(event, before));
        waiting.push(...lost.map(([twin, rename]): Bound => [twin, rename - 1]));
      }
    }
  }

  #picked(list: VersionList<unknown>): number {
    return this.#picks.get(list) ?? this.#base;
  }
}

/** The other names of these versions' renames, each with the event of its rename. */
function twins(versions: readonly Version<unknown>[]): Bound[] {
  return versions.flatMap(({ twin, event }) => (twin === undefined ? [] : [[twin, event]]));
}

function eventOf(version: ChosenVersion): number {
  switch (version) {
    case "floor":
      return BEFORE_ALL;
    case "newest":
      return AFTER_ALL;
    default:
      return version;
  }
}
