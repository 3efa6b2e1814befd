// Random numbers: named, independent streams from one 32-bit seed a trial.

/** A sequence of random numbers that its seed and name fix for ever. */
export interface RandomStream {
  /** The next number, from 0 to 2^32 - 1. */
  nextUint32(): number;
  /** A number from 0 to `limit` - 1, each as likely; `limit` from 1 to 2^32. */
  below(limit: number): number;
  /** A number from 0 up to, and never, 1; a multiple of 2^-32. */
  unit(): number;
}

const WORDS = 2 ** 32;

/** The golden ratio in 32 bits: steps of it visit every word before they repeat one. */
const GOLDEN = 0x9e3779b9;

/** Outputs that sfc32 needs before nearby seeds give unrelated numbers. */
const WARM_UP = 15;

/**
 * Scatters a 32-bit word; different words stay different. It is the finalizer of MurmurHash3
 * (Austin Appleby), which the generator splitmix32 uses as well.
 */
export function mix32(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The stream of this name; streams of one seed know nothing of each other. */
export function stream(seed: number, name: string): RandomStream {
  const nextUint32 = sfc32(seed, nameHash(name));
  return {
    nextUint32,
    below: (limit) => below(nextUint32, limit),
    unit: () => nextUint32() / WORDS,
  };
}

/** The seed of a campaign's n-th trial (from 0); no two trials of a campaign share one. */
export function trialSeed(campaignSeed: number, trial: number): number {
  return mix32(mix32(campaignSeed) + Math.imul(trial, GOLDEN));
}

/** FNV-1a, over the UTF-16 units of the name. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** sfc32, "small fast counting", by Chris Doty-Humphrey (PractRand, public domain). */
function sfc32(seed: number, name: number): () => number {
  let a = seed | 0;
  let b = name | 0;
  let c = GOLDEN | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let skipped = 0; skipped < WARM_UP; skipped += 1) {
    next();
  }
  return next;
}

function below(nextUint32: () => number, limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > WORDS) {
    throw new RangeError(`a limit from 1 to ${WORDS} is needed, not ${limit}`);
  }
  // What lies above the last whole multiple of the limit would favour small numbers.
  const fair = WORDS - (WORDS % limit);
  let word = nextUint32();
  while (word >= fair) {
    word = nextUint32();
  }
  return word % limit;
}
