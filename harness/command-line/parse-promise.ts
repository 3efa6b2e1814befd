// The language of --promise: words with a comma between them, each one member of a promise.
import type { Allowance, Barrier, StorePromise } from "../guarantees/guarantee.ts";
import { CONCURRENCY_MAX } from "../workload.ts";
import { didYouMean } from "./nearest-name.ts";
import { UsageError } from "./usage-error.ts";

type Writable<T> = { -readonly [member in keyof T]?: T[member] };
type Promised = Writable<StorePromise>;

/** What a word without a value sets. */
const FLAGS: { readonly [word: string]: Partial<StorePromise> } = {
  ordered: { ordered: true },
  unordered: { ordered: false },
  batches: { batchesAtomic: true },
  "torn-batches": { batchesAtomic: false },
  lsns: { lsns: true },
  "synced-recovery": { recoverySyncs: true },
  "unsynced-recovery": { recoverySyncs: false },
  "stops-after-error": { failsStop: true },
};

/** What a word with a value sets, and what its value may be. */
interface PromiseValue {
  readonly expected: string;
  /** Undefined where the value is none of those. */
  readonly read: (value: string) => Partial<StorePromise> | undefined;
}

const VALUES: { readonly [word: string]: PromiseValue } = {
  kill: allowing((kill) => ({ kill })),
  power: allowing((power) => ({ power })),
  "io-error": allowing((ioError) => ({ ioError })),
  barriers: naming((barriers) => ({ barriers })),
  "kill-barriers": naming((killBarriers) => ({ killBarriers })),
  limit: {
    expected: "a number of bytes, such as 4096",
    read: (value) => {
      const recordLimitBytes = wholeNumber(value);
      return recordLimitBytes === undefined ? undefined : { recordLimitBytes };
    },
  },
  concurrency: {
    expected: `a number of operations in flight from 1 to ${CONCURRENCY_MAX}, such as 8`,
    read: (value) => {
      const concurrency = wholeNumber(value) ?? 0;
      return concurrency < 1 || concurrency > CONCURRENCY_MAX ? undefined : { concurrency };
    },
  },
  profile: {
    expected: "posix or ext4",
    read: (value) => (value === "posix" || value === "ext4" ? { profile: value } : undefined),
  },
};

const BARRIERS: readonly Barrier[] = ["append", "batch", "checkpoint", "sync", "close"];
const WORDS = [...Object.keys(FLAGS), ...Object.keys(VALUES)];

/**
 * Reads a promise such as `kill=0,power=1000ms,unordered`. What it does not name is left out.
 * @throws UsageError `bad-value`, which names the word and what is expected
 */
export function parsePromise(text: string): Partial<StorePromise> {
  const promise: Promised = {};
  const named = new Set<string>();
  for (const given of text.split(",").map((word) => word.trim())) {
    const read = readWord(given);
    for (const member of Object.keys(read)) {
      if (named.has(member)) throw bad(`found "${given}", though that was promised before.`);
      named.add(member);
    }
    Object.assign(promise, read);
  }
  return promise;
}

function readWord(given: string): Partial<StorePromise> {
  const equals = given.indexOf("=");
  const word = equals < 0 ? given : given.slice(0, equals);
  if (equals < 0 && Object.hasOwn(FLAGS, word)) return FLAGS[word] ?? {};
  const value = Object.hasOwn(VALUES, word) ? VALUES[word] : undefined;
  if (value === undefined) throw unknownWord(given, word);
  const read = equals < 0 ? undefined : value.read(given.slice(equals + 1));
  if (read === undefined) throw bad(`found "${given}", expected ${word}= and ${value.expected}.`);
  return read;
}

function unknownWord(given: string, word: string): UsageError {
  if (Object.hasOwn(FLAGS, word)) return bad(`found "${given}", expected ${word} without a value.`);
  return bad(`found "${given}".${didYouMean(word, WORDS)} It has: ${WORDS.join(" ")}.`);
}

/** A value that names barriers. */
function naming(member: (barriers: readonly Barrier[]) => Partial<StorePromise>): PromiseValue {
  return {
    expected: "append, batch, checkpoint, sync and close with + between them, or none",
    read: (value) => {
      const names = value === "none" ? [] : value.split("+");
      const barriers = names.filter(isBarrierName);
      return barriers.length === names.length ? member(barriers) : undefined;
    },
  };
}

function allowing(member: (allowance: Allowance) => Partial<StorePromise>): PromiseValue {
  return {
    expected: "a number of records (0), a time (1000ms), since-barrier, or anything",
    read: (value) => {
      const allowance = readAllowance(value);
      return allowance === undefined ? undefined : member(allowance);
    },
  };
}

function readAllowance(value: string): Allowance | undefined {
  if (value === "since-barrier" || value === "anything") return value;
  const timed = value.endsWith("ms");
  const number = wholeNumber(timed ? value.slice(0, -2) : value);
  if (number === undefined) return undefined;
  return timed ? { milliseconds: number } : { records: number };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function isBarrierName(name: string): name is Barrier {
  return BARRIERS.some((barrier) => barrier === name);
}

function bad(told: string): UsageError {
  return new UsageError("bad-value", `--promise: ${told}`);
}
