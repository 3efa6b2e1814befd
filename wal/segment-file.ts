// Segment file names, and a window on a segment's bytes.
import type { FileId, Storage } from "./storage.ts";

/** The name of segment `sequence`; names sort as the segments do. */
export function segmentName(sequence: number): string {
  return `${String(sequence).padStart(12, "0")}.wal`;
}

/** The number in a segment's name; `undefined` for every other file. */
export function sequenceOf(name: string): number | undefined {
  return /^\d{12}\.wal$/.test(name) ? Number(name.slice(0, 12)) : undefined;
}

/** A segment is made under this ending and renamed when its header is durable. */
export const UNFINISHED = ".new";

/** The file that keeps the bytes which recovery cut from a segment: of this life, for a number may be given again. */
export function setAsideName(segment: string, life: number): string {
  return `${segment}.${life}.torn`;
}

/** The number of the segment that a set-aside file belongs to; `undefined` for every other file. */
export function setAsideSequence(name: string): number | undefined {
  return /^\d{12}\.wal\.\d+\.torn$/.test(name) ? Number(name.slice(0, 12)) : undefined;
}

/** How much of a file is read at once. */
const CHUNK_BYTES = 64 * 2 ** 10;

const NOTHING = new Uint8Array(0);

/**
 * Reads a file front to back in chunks, so that memory follows the largest record and not the
 * file. Slices stay valid: a chunk is never reused.
 */
export class SegmentWindow {
  readonly size: number;
  readonly #storage: Storage;
  readonly #file: FileId;
  readonly #chunkBytes: number;
  #chunk: Uint8Array = NOTHING;
  #chunkAt = 0;

  /** Reads at least `chunkBytes` at once, where the file has them. */
  constructor(storage: Storage, file: FileId, chunkBytes: number = CHUNK_BYTES) {
    this.#storage = storage;
    this.#file = file;
    this.#chunkBytes = chunkBytes;
    this.size = storage.size(file);
  }

  /** The bytes `[from, from + length)`, fewer where the file ends before. */
  slice(from: number, length: number): Uint8Array {
    const end = Math.min(from + length, this.size);
    if (end <= from) {
      return NOTHING;
    }
    if (from < this.#chunkAt || end > this.#chunkAt + this.#chunk.length) {
      this.#load(from, Math.max(end - from, Math.min(this.#chunkBytes, this.size - from)));
    }
    return this.#chunk.subarray(from - this.#chunkAt, end - this.#chunkAt);
  }

  #load(from: number, length: number): void {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const rest = filled === 0 ? bytes : bytes.subarray(filled);
      const count = this.#storage.read(this.#file, rest, from + filled);
      if (count <= 0) {
        throw Object.assign(new Error("The disk gave none of the bytes that it has."), {
          code: "EIO",
        });
      }
      filled += count;
    }
    this.#chunk = bytes;
    this.#chunkAt = from;
  }
}

/** Where the last byte that is not zero ends, at or after `from`. */
export function endOfContent(window: SegmentWindow, from: number): number {
  let end = from;
  for (let at = from; at < window.size; at += CHUNK_BYTES) {
    const bytes = window.slice(at, CHUNK_BYTES);
    let used = bytes.length;
    while (used > 0 && bytes[used - 1] === 0) {
      used -= 1;
    }
    end = used === 0 ? end : at + used;
  }
  return end;
}
