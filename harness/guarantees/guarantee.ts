// A guarantee: what a sync mode promises, as a predicate on histories.

import type { DeviceProfile } from "../disk/profile.ts";

/**
 * What may be lost of what was acknowledged, by how the machine failed. `records` counts single
 * appends at the end of the log; `since-barrier` allows everything after the last barrier.
 * `milliseconds` allows what was acknowledged within that time before the crash: times are those of
 * the history's events (`atMs`), which the kill of a program has by the supervisor's clock. Where an
 * acknowledgement or a crash has none, as of a module or in a recording, it allows as much as
 * `since-barrier`: nothing is convicted by a time that nobody took. `anything` promises nothing at all:
 * records may be gone or altered and the store may refuse to open; what happens is told as findings.
 */
export type Allowance =
  | { readonly records: number }
  | { readonly milliseconds: number }
  | "since-barrier"
  | "anything";

/** What may make all before it durable. */
export type Barrier = "append" | "batch" | "checkpoint" | "sync" | "close";

/** What a store promises in one sync mode, as data. */
export interface StorePromise {
  readonly kill: Allowance;
  readonly power: Allowance;
  /** As `power` where it is left out: an I/O error is judged by the power cut that follows it. */
  readonly ioError?: Allowance;
  /** Operations after which everything before them is durable, whatever fails. */
  readonly barriers: readonly Barrier[];
  /** Those that hand everything before them to the kernel: kills take none of it; a close is always one. */
  readonly killBarriers?: readonly Barrier[];
  /**
   * Opening the store and a recovery make what they found durable; true where it is left out. False of
   * a store that syncs nothing then: a later power cut may take what a recovery has reported, and
   * bring back what it did not find, up to the next barrier.
   */
  readonly recoverySyncs?: boolean;
  /** A batch survives whole or not at all. */
  readonly batchesAtomic: boolean;
  /** Recovery gives values back in log order. */
  readonly ordered: boolean;
  /** The store gives LSNs; where it does not, LSN guarantees are "not applicable". */
  readonly lsns: boolean;
  /** A record of more payload bytes may be refused; without it every failure is a violation. */
  readonly recordLimitBytes?: number;
  /**
   * After an I/O error the store acknowledges nothing until it is opened again. Where it is left out it
   * may go on, and is judged by what survives.
   */
  readonly failsStop?: true;
  /** What the store promises of bytes that change at rest; without it corruption is not judged. */
  readonly corruption?: CorruptionPromise;
  /** Operations that may be in flight at once, 1 to 256; asked one after the other where it is left out. */
  readonly concurrency?: number;
  /** The disks that the promise is meant for; `posix`, the harshest, where it is left out. */
  readonly profile?: Extract<DeviceProfile["name"], "posix" | "ext4">;
  /** Files that hold nothing durable: a power cut leaves them absent, empty, and as they were. */
  readonly volatileFiles?: readonly VolatileFiles[];
}

/** Files that the store rebuilds when it is opened. */
export interface VolatileFiles {
  /** A file's name in the store's directory; `*` stands for any letters, as in `*-shm`. */
  readonly files: string;
  /** The address of the manual's page that says so. */
  readonly manual: string;
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
