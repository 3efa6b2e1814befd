// File content as sectors that never change: a write makes new ones, so disks, versions and images share the old.

/** Bytes of a sector: the unit that a device writes whole or not at all. */
export const SECTOR_BYTES = 512;

/** Bytes of a page: what the page cache takes and writes back at once. */
export const PAGE_BYTES = 4096;

/** A sector's bytes, exactly SECTOR_BYTES of them, never altered; `undefined` reads as zeros. */
export type Sector = Uint8Array | undefined;

/** A file's sectors by number, to be read; what is missing reads as zeros. A map is one. */
export interface Sectors extends Iterable<readonly [index: number, content: Uint8Array]> {
  get(index: number): Sector;
}

/** A sector that was given new bytes. */
export type SectorChange = readonly [index: number, content: Sector];

/** A file's size in bytes and what it holds; sectors hold zeros at and beyond the size. */
export interface FileContent {
  readonly size: number;
  readonly sectors: ReadonlyMap<number, Uint8Array>;
}

/** How many sectors hold this many bytes. */
export function sectorCount(bytes: number): number {
  return Math.ceil(bytes / SECTOR_BYTES);
}

/** What a write of at least one byte makes of the sectors that it touches. */
export function writtenSectors(
  before: (index: number) => Sector,
  offset: number,
  bytes: Uint8Array,
): readonly SectorChange[] {
  const end = offset + bytes.length;
  const first = Math.floor(offset / SECTOR_BYTES);
  const count = sectorCount(end) - first;
  const block = new Uint8Array(count * SECTOR_BYTES);
  const torn = [
    ...(offset % SECTOR_BYTES === 0 ? [] : [0]),
    ...(end % SECTOR_BYTES === 0 ? [] : [count - 1]),
  ];
  for (const index of torn) {
    const content = before(first + index);
    if (content !== undefined) {
      block.set(content, index * SECTOR_BYTES);
    }
  }
  block.set(bytes, offset - first * SECTOR_BYTES);
  const changes: SectorChange[] = [];
  for (let index = 0; index < count; index += 1) {
    const content = block.subarray(index * SECTOR_BYTES, (index + 1) * SECTOR_BYTES);
    changes.push([first + index, content]);
  }
  return changes;
}

/**
 * The parts in which the page cache takes a write: page by page, each growing the file to its end. A
 * power cut may leave any of those sizes; seen on ext4 (docs/crash-model.md, 14).
 */
export function* pageWrites(
  offset: number,
  bytes: Uint8Array,
): Generator<{ readonly offset: number; readonly bytes: Uint8Array }> {
  for (let done = 0; done < bytes.length; ) {
    const at = offset + done;
    const count = Math.min(bytes.length - done, PAGE_BYTES - (at % PAGE_BYTES));
    yield { offset: at, bytes: bytes.subarray(done, done + count) };
    done += count;
  }
}

/** What cutting a file at `size` makes of its sectors: zeros from there on. */
export function cutSectors(sectors: Iterable<SectorChange>, size: number): SectorChange[] {
  const changes: SectorChange[] = [];
  for (const [index, content] of sectors) {
    const kept = size - index * SECTOR_BYTES;
    if (content !== undefined && kept < SECTOR_BYTES) {
      changes.push([index, kept <= 0 ? undefined : cutSector(content, kept)]);
    }
  }
  return changes;
}

/** A sector of which the first bytes are kept, and zeros follow. */
export function cutSector(content: Uint8Array, kept: number): Uint8Array {
  const cut = new Uint8Array(SECTOR_BYTES);
  cut.set(content.subarray(0, kept));
  return cut;
}

/** Reads from `position` into `bytes`; returns the count, less than asked only at the file's end. */
export function readSectors(
  file: { readonly size: number; readonly sectors: Sectors },
  bytes: Uint8Array,
  position: number,
): number {
  const count = Math.max(0, Math.min(bytes.length, file.size - position));
  for (let done = 0; done < count; ) {
    const index = Math.floor((position + done) / SECTOR_BYTES);
    const from = position + done - index * SECTOR_BYTES;
    const length = Math.min(count - done, SECTOR_BYTES - from);
    const sector = file.sectors.get(index);
    if (sector === undefined) {
      bytes.fill(0, done, done + length);
    } else {
      bytes.set(length === SECTOR_BYTES ? sector : sector.subarray(from, from + length), done);
    }
    done += length;
  }
  return count;
}

const ZEROS = new Uint8Array(SECTOR_BYTES);

/** True where every byte is zero, as in a sector that was never written. */
export function isZeroSector(sector: Uint8Array): boolean {
  return Buffer.compare(sector, ZEROS) === 0;
}
