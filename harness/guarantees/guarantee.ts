// A guarantee: what a sync mode promises, as a predicate on histories.

/**
 * What may be lost of what was acknowledged, by how the machine failed. `records` counts single
 * appends at the end of the log; `since-barrier` allows everything after the last barrier.
 */
export type Allowance = { readonly records: number } | "since-barrier";

/** What a store promises in one sync mode, as data. */
export interface StorePromise {
  readonly kill: Allowance;
  readonly power: Allowance;
  /** Operations after which everything before them is durable, beside opening and recovery. */
  readonly barriers: readonly ("append" | "batch" | "checkpoint" | "sync" | "close")[];
  /** A batch survives whole or not at all. */
  readonly batchesAtomic: boolean;
  /** Recovery gives values back in log order. */
  readonly ordered: boolean;
  /** The store gives LSNs; where it does not, LSN guarantees are "not applicable". */
  readonly lsns: boolean;
  /** A record of more payload bytes may be refused; without it every failure is a violation. */
  readonly recordLimitBytes?: number;
  /** What the store promises of bytes that change at rest; without it corruption is not judged. */
  readonly corruption?: CorruptionPromise;
}

/** Recovery succeeds, or names the damage; what it may miss has a stated limit. */
export interface CorruptionPromise {
  /** Recovery refuses a damaged store with one of these codes. */
  readonly damageCodes: readonly string[];
  /** What may be lost without a word. Anything else that is missing must be noticed. */
  readonly silentLoss: readonly SilentLoss[];
}

/**
 * A limit of detection. `behind-last-proof`: records of which no whole later write speaks, where a
 * write is later if it began after the record was durable by the promise. `before-checkpoint`: the
 * beginning of the log up to the last checkpoint, for it may have been dropped on request.
 */
type SilentLoss = "behind-last-proof" | "before-checkpoint";

/** A broken promise. */
export interface Violation {
  /** The guarantee's name. */
  readonly guarantee: string;
  /** The life after which it showed. */
  readonly life: number;
  /** One sentence: what was promised, what was found. */
  readonly message: string;
  /** Operations concerned, by number. */
  readonly operations: readonly number[];
}
