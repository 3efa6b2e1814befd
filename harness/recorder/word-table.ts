// Words that come again and again in a trace, each made a string once.

/** More different words than a trace has; beyond them a word is made anew each time. */
const MOST_WORDS = 4096;

/** Finds a word by its bytes, without making a string of them first. */
export class WordTable {
  readonly #byHash = new Map<number, string[]>();
  #count = 0;

  /** The text of these bytes, taken as Latin-1. */
  text(bytes: Buffer, from: number, to: number): string {
    let hash = to - from;
    for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const words = this.#byHash.get(hash);
    const known = words?.find((word) => isSame(word, bytes, from, to));
    return known ?? this.#add(hash, words, bytes.toString("latin1", from, to));
  }

  #add(hash: number, words: string[] | undefined, word: string): string {
    if (this.#count === MOST_WORDS) return word;
    this.#count += 1;
    if (words === undefined) this.#byHash.set(hash, [word]);
    else words.push(word);
    return word;
  }
}

function isSame(word: string, bytes: Buffer, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let at = from; at < to; at += 1) {
    if (word.charCodeAt(at - from) !== bytes[at]) return false;
  }
  return true;
}
