// An axis: things on the disk of which a crash picks one version together, and when each is legal.
import type { GarbageClause, ItemPart, StaleClause } from "./crash-choice.ts";
import type { Inode } from "./image.ts";
import { isZeroSector } from "./sectors.ts";
import type { Version, VersionList } from "./version-list.ts";

/** The order in which a state is filled in: what leads to a thing comes before it. */
export type AxisKind = "name" | "size" | "data";

/** One list of an axis, and whose it is. */
export interface AxisPart<T = unknown> {
  readonly list: VersionList<T>;
  readonly inode: Inode;
  readonly item: ItemPart;
}

/** Bytes that a sector may hold in place of all its versions, legal after events `from` to `until` - 1. */
export interface Alternative {
  readonly from: number;
  readonly until: number;
  readonly bytes: (seed: number) => Uint8Array;
  readonly clause: (seed: number) => StaleClause | GarbageClause;
}

/** A version of another axis. */
export interface AxisLink {
  readonly axis: Axis;
  readonly version: number;
}

/**
 * Versions are numbered from 0, what was there before the trace. Neighbours that hold the same are
 * one. A value below 0 means an alternative: -1 is the first of them.
 */
export class Axis {
  readonly kind: AxisKind;
  readonly parts: readonly AxisPart[];
  /** The event that starts each version; it is legal from there on ... */
  readonly events: readonly number[];
  /** ... until the event that binds a later one. */
  readonly until: readonly number[];
  readonly alternatives: Alternative[] = [];
  /** What each version cannot be without. */
  readonly requires: Map<number, AxisLink[]> = new Map();
  /** What cannot be without each version. */
  readonly requiredBy: Map<number, AxisLink[]> = new Map();

  constructor(kind: AxisKind, parts: readonly AxisPart[]) {
    this.kind = kind;
    this.parts = parts;
    this.events = distinctEvents(parts);
    this.until = this.events.map((_, version) => {
      const next = this.events[version + 1];
      return next === undefined ? Number.POSITIVE_INFINITY : boundAt(parts, next);
    });
  }

  /** The inode that all parts are of, if there is one. */
  get inode(): Inode | undefined {
    const inode = this.parts[0]?.inode;
    return this.parts.every((part) => part.inode === inode) ? inode : undefined;
  }

  /** The newest version that started by event `at`. */
  newestAt(at: number): number {
    return countUpTo(this.events, at) - 1;
  }

  /** The version below which no crash after event `at` goes. */
  floorAt(at: number): number {
    return countUpTo(this.until, at);
  }

  /** The version, of those legal after event `at`, in which each of these parts has its value. */
  versionOf(
    parts: readonly AxisPart[],
    valueOf: (list: VersionList<unknown>) => unknown,
    at: number,
  ): number | undefined {
    for (let version = this.newestAt(at); version >= this.floorAt(at); version -= 1) {
      const event = this.events[version] ?? -1;
      if (parts.every(({ list }) => isSame(list.startedBy(event).value, valueOf(list)))) {
        return version;
      }
    }
    return undefined;
  }

  /** The versions of a list of this axis. */
  valuesOf<T>(list: VersionList<T>): readonly T[] {
    return this.events.map((event) => list.startedBy(event).value);
  }
}

/** Says that these two versions are there together or not at all, or one only with the other. */
export function link(from: AxisLink, to: AxisLink): void {
  addTo(from.axis.requires, from.version, to);
  addTo(to.axis.requiredBy, to.version, from);
}

function addTo(links: Map<number, AxisLink[]>, version: number, other: AxisLink): void {
  links.set(version, [...(links.get(version) ?? []), other]);
}

function distinctEvents(parts: readonly AxisPart[]): readonly number[] {
  const all = new Set(parts.flatMap(({ list }) => list.all.map(({ event }) => event)));
  const kept = [-1];
  for (const event of [...all].sort((left, right) => left - right)) {
    const before = kept.at(-1) ?? -1;
    if (
      parts.some(({ list }) => !isSame(list.startedBy(before).value, list.startedBy(event).value))
    ) {
      kept.push(event);
    }
  }
  return kept;
}

function isSame(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array) {
    return right instanceof Uint8Array ? Buffer.compare(left, right) === 0 : isZeroSector(left);
  }
  // A sector without content reads as zeros.
  return right instanceof Uint8Array ? isZeroSector(right) : left === right;
}

/** The event that makes what started at `event`, or later, durable in any part. */
function boundAt(parts: readonly AxisPart[], event: number): number {
  return Math.min(
    ...parts.map(({ list }) => {
      const { newest } = list;
      return newest.event < event ? Number.POSITIVE_INFINITY : firstFrom(list, event).boundAt;
    }),
  );
}

function firstFrom(list: VersionList<unknown>, event: number): Version<unknown> {
  return list.startedBy(event).event === event ? list.startedBy(event) : after(list, event);
}

function after(list: VersionList<unknown>, event: number): Version<unknown> {
  return list.all.find((version) => version.event >= event) ?? list.newest;
}

/** How many of the sorted numbers are at most this. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
