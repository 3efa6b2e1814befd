// Sectors that are changed without their first content being copied.
import type { Sector, Sectors } from "./sectors.ts";

/** A file's sectors: the new ones over those of a base that never changes. */
export class LayeredSectors implements Sectors {
  readonly #base: Sectors;
  readonly #over = new Map<number, Sector>();

  constructor(base: Sectors) {
    this.#base = base;
  }

  get(index: number): Sector {
    const over = this.#over.get(index);
    return over === undefined && !this.#over.has(index) ? this.#base.get(index) : over;
  }

  /** Without content, the sector reads as zeros. */
  set(index: number, content: Sector): void {
    this.#over.set(index, content);
  }

  *[Symbol.iterator](): Iterator<readonly [index: number, content: Uint8Array]> {
    for (const sector of this.#base) {
      if (!this.#over.has(sector[0])) {
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
