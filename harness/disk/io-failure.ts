// An I/O failure: which call of the disk fails, and how; a value that prints itself.

/** A call that can fail. `open` opens or creates a file; `sync` and `syncData` sync its content. */
export type FailingCall =
  | "open"
  | "write"
  | "truncate"
  | "sync"
  | "syncData"
  | "syncDirectory"
  | "rename"
  | "remove";

/**
 * - `EIO`, `ENOSPC`, `EINTR`: the call throws this and does nothing; of a sync see `cache`.
 * - `short`: a write takes a part of its bytes, and says so.
 * - `slow`: a sync that was asked for later is done only when nothing else is under way.
 */
export type FailureKind = "EIO" | "ENOSPC" | "EINTR" | "short" | "slow";

/**
 * What a failed sync leaves in the page cache: the new content (`kept`: ext4, xfs), what is durable
 * (`reverted`: btrfs), or the new content and a success that is no success, told at the next sync
 * (`late`: ext4 with data=journal).
 */
export type CacheAfterFailure = "kept" | "reverted" | "late";

export interface IoFailure {
  readonly call: FailingCall;
  /** The n-th such call of the life, its opening included; from 1. */
  readonly n: number;
  readonly kind: FailureKind;
  /** Every such call fails from the n-th on, until the store is opened again. */
  readonly lasts: boolean;
  readonly cache: CacheAfterFailure;
}
