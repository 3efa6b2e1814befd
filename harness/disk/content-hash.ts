// A hash of disk content that is put together from parts in any order: two sums of mixed words.

/** A sum of hashes in two lanes of 32 bits; adding is commutative, so parts may change alone. */
export class ContentHash {
  left = 0;
  right = 0;

  clear(): void {
    this.left = 0;
    this.right = 0;
  }

  add(left: number, right: number): void {
    this.left = (this.left + left) | 0;
    this.right = (this.right + right) | 0;
  }

  /** Adds one word whose meaning is given by a place; zero words count as well. */
  addWord(place: number, word: number): void {
    this.add(scatter(place ^ 0x3c6ef372, word), scatter(word ^ 0x510e527f, place));
  }

  /** Adds the bytes of a sector; zeros add nothing. Bytes from `end` on count as zeros. */
  addSector(index: number, bytes: Uint8Array, end: number = bytes.length): void {
    let left = 0x9b05688c;
    let right = 0x1f83d9ab;
    let any = 0;
    const words = wordsOf(bytes, end);
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? 0;
      any |= word;
      left = Math.imul(left ^ word, 0x9e3779b1);
      left ^= left >>> 15;
      right = Math.imul(right + word, 0x85ebca77);
      right ^= right >>> 13;
    }
    if (any !== 0) {
      this.add(scatter(left, index), scatter(right, index ^ 0x5be0cd19));
    }
  }

  /** Equal texts are equal contents, but for one chance in 2^64. */
  text(): string {
    return `${(this.left >>> 0).toString(36)}.${(this.right >>> 0).toString(36)}`;
  }
}

const scratch = new Uint32Array(128);
const scratchBytes = new Uint8Array(scratch.buffer);

function wordsOf(bytes: Uint8Array, end: number): Uint32Array {
  if (end === bytes.length && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  scratch.fill(0);
  scratchBytes.set(bytes.subarray(0, end));
  return scratch;
}

/** Both words into one, as splitmix does it: any change of either changes about half of the bits. */
export function scatter(one: number, other: number): number {
  let mixed = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/** A name as a word. */
export function nameWord(name: string): number {
  let word = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    word = Math.imul(word ^ name.charCodeAt(index), 0x01000193);
  }
  return scatter(word, name.length);
}
