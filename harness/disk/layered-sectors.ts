// Sectors that are changed without their first content being copied.
import { cutSector, SECTOR_BYTES, type Sector, type Sectors, sectorCount } from "./sectors.ts";

/** A file's sectors: the new ones over those of a base that never changes. */
export class LayeredSectors implements Sectors {
  readonly #base: Sectors;
  readonly #over = new Map<number, Sector>();
  /** The base's sectors from here on were cut off. */
  #baseEnd = Number.POSITIVE_INFINITY;

  constructor(base: Sectors) {
    this.#base = base;
  }

  get(index: number): Sector {
    const over = this.#over.get(index);
    if (over !== undefined || this.#over.has(index)) {
      return over;
    }
    return index < this.#baseEnd ? this.#base.get(index) : undefined;
  }

  /** Without content, the sector reads as zeros. */
  set(index: number, content: Sector): void {
    this.#over.set(index, content);
  }

  /** Cuts the file at `size`: zeros from there on. The work does not grow with what is cut off. */
  cut(size: number): void {
    const end = sectorCount(size);
    const last = end - 1;
    const torn = size % SECTOR_BYTES === 0 ? undefined : this.get(last);
    this.#baseEnd = Math.min(this.#baseEnd, end);
    for (const index of this.#over.keys()) {
      if (index >= end) {
        this.#over.delete(index);
      }
    }
    if (torn !== undefined) {
      this.set(last, cutSector(torn, size - last * SECTOR_BYTES));
    }
  }

  *[Symbol.iterator](): Iterator<readonly [index: number, content: Uint8Array]> {
    for (const sector of this.#base) {
      if (sector[0] < this.#baseEnd && !this.#over.has(sector[0])) {
        yield sector;
      }
    }
    for (const [index, content] of this.#over) {
      if (content !== undefined) {
        yield [index, content];
      }
    }
  }
}
