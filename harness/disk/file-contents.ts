// All contents of one file that crash states may hold.
import type { Axis } from "./axis.ts";
import { ContentHash } from "./content-hash.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";
import type { FileVersions } from "./inode-versions.ts";
import { type LegalSpan, narrow } from "./legal-span.ts";
import type { ContentNode } from "./name-tree.ts";
import { cutSectors, SECTOR_BYTES, type Sector, sectorCount } from "./sectors.ts";
import type { VersionList } from "./version-list.ts";

/** A state, and the seed of its garbage. */
export interface SeenFile {
  readonly frame: CrashFrame;
  readonly state: FrameState;
  readonly seed: number;
}

/** A sector with what it may hold, and the hashes of that; one value where it has no axis. */
interface SectorPart {
  readonly index: number;
  readonly axis: Axis | undefined;
  readonly values: readonly Sector[];
  readonly hashes: Int32Array;
}

/** What is the same in all states of a frame, until something of this file changes. */
interface Fixed {
  readonly frame: CrashFrame;
  readonly left: number;
  readonly right: number;
  readonly first: number;
  readonly until: number;
  /** Sectors that are open, or that not every state's size shows whole. */
  readonly rest: readonly SectorPart[];
}

/** A file of a trace, looked at state by state. */
export class FileContents {
  readonly #size: Axis | undefined;
  readonly #sizes: readonly number[];
  readonly #sectors: ReadonlyMap<number, SectorPart>;
  readonly #hash = new ContentHash();
  readonly #garbage = new ContentHash();
  #fixed: Fixed | undefined;

  constructor(file: FileVersions, axisOf: ReadonlyMap<VersionList<unknown>, Axis>) {
    this.#size = axisOf.get(file.size);
    this.#sizes = this.#size?.valuesOf(file.size) ?? [file.size.newest.value];
    const indices = new Set([...file.base.sectors.keys(), ...file.sectors.keys()]);
    const sectors = [...indices]
      .sort((left, right) => left - right)
      .map((index): [number, SectorPart] => {
        const list = file.sectors.get(index);
        const axis = list === undefined ? undefined : axisOf.get(list);
        const values =
          list === undefined || axis === undefined
            ? [list === undefined ? file.base.sectors.get(index) : list.newest.value]
            : axis.valuesOf(list);
        return [index, { index, axis, values, hashes: hashesOf(index, values) }];
      });
    this.#sectors = new Map(sectors);
  }

  size(frame: CrashFrame, state: FrameState): number {
    return this.#sizes[this.#size === undefined ? 0 : frame.value(this.#size, state)] ?? 0;
  }

  /** Hashes what a program sees of the file in a state; the hash is valid until the next look. */
  look({ frame, state, seed }: SeenFile, span: LegalSpan): ContentHash {
    const fixed = this.#fixedIn(frame);
    const hash = this.#hash;
    const version = this.#size === undefined ? 0 : frame.value(this.#size, state);
    const size = this.#sizes[version] ?? 0;
    hash.left = fixed.left;
    hash.right = fixed.right;
    hash.addWord(0x510e52, size);
    if (this.#size !== undefined) {
      narrow(span, this.#size, version);
    }
    if (fixed.first > span.first) {
      span.first = fixed.first;
    }
    if (fixed.until < span.until) {
      span.until = fixed.until;
    }
    for (const part of fixed.rest) {
      const seen = size - part.index * SECTOR_BYTES;
      if (seen > 0) {
        const value = part.axis === undefined ? 0 : frame.value(part.axis, state);
        if (part.axis !== undefined) {
          narrow(span, part.axis, value);
        }
        if (value >= 0 && seen >= SECTOR_BYTES) {
          hash.add(part.hashes[2 * value] ?? 0, part.hashes[2 * value + 1] ?? 0);
        } else {
          const bytes = sectorAt(part, value, seed);
          if (bytes !== undefined) {
            hash.addSector(part.index, bytes, Math.min(seen, SECTOR_BYTES));
          }
        }
      }
    }
    return hash;
  }

  /** The axes of all that a program sees of the file in a state. */
  seenAxes({ frame, state }: SeenFile): readonly Axis[] {
    const count = sectorCount(this.size(frame, state));
    const parts = [...this.#sectors.values()].filter(({ index }) => index < count);
    return [this.#size, ...parts.map(({ axis }) => axis)].filter((axis) => axis !== undefined);
  }

  /** The file in a state, read from the versions. */
  content({ frame, state, seed }: SeenFile): ContentNode {
    const size = this.size(frame, state);
    const get = (index: number): Sector => {
      const part = this.#sectors.get(index);
      const seen = size - index * SECTOR_BYTES;
      if (part === undefined || seen <= 0) {
        return undefined;
      }
      const bytes = sectorAt(
        part,
        part.axis === undefined ? 0 : frame.value(part.axis, state),
        seed,
      );
      return seen >= SECTOR_BYTES || bytes === undefined
        ? bytes
        : cutSectors([[0, bytes]], seen)[0]?.[1];
    };
    const parts = this.#sectors;
    return {
      kind: "file",
      size,
      sectors: {
        get,
        *[Symbol.iterator]() {
          for (const index of parts.keys()) {
            const bytes = index < sectorCount(size) ? get(index) : undefined;
            if (bytes !== undefined) {
              yield [index, bytes] as const;
            }
          }
        },
      },
    };
  }

  #fixedIn(frame: CrashFrame): Fixed {
    if (this.#fixed?.frame === frame) {
      return this.#fixed;
    }
    const slot = this.#size === undefined ? undefined : frame.slot(this.#size);
    const sizes =
      slot === undefined
        ? [this.size(frame, frame.floor)]
        : this.#sizes.slice(frame.floor[slot], (frame.newest[slot] ?? 0) + 1);
    const whole = Math.floor(Math.min(...sizes) / SECTOR_BYTES);
    const hash = this.#garbage;
    hash.clear();
    const rest: SectorPart[] = [];
    const span = { first: -1, until: Number.POSITIVE_INFINITY };
    for (const part of this.#sectors.values()) {
      if (part.index >= whole || (part.axis !== undefined && frame.slot(part.axis) !== undefined)) {
        rest.push(part);
      } else {
        const value = part.axis === undefined ? 0 : part.axis.floorAt(frame.at);
        hash.add(part.hashes[2 * value] ?? 0, part.hashes[2 * value + 1] ?? 0);
        if (part.axis !== undefined) {
          narrow(span, part.axis, value);
        }
      }
    }
    this.#fixed = { frame, left: hash.left, right: hash.right, ...span, rest };
    return this.#fixed;
  }
}

function sectorAt(part: SectorPart, value: number, seed: number): Sector {
  return value < 0 ? part.axis?.alternatives[-1 - value]?.bytes(seed) : part.values[value];
}

function hashesOf(index: number, values: readonly Sector[]): Int32Array {
  const hashes = new Int32Array(2 * values.length);
  const hash = new ContentHash();
  values.forEach((bytes, value) => {
    hash.clear();
    if (bytes !== undefined) {
      hash.addSector(index, bytes);
    }
    hashes[2 * value] = hash.left;
    hashes[2 * value + 1] = hash.right;
  });
  return hashes;
}
