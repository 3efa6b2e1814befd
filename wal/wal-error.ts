// What can go wrong with the log, told apart by a code.

/**
 * - `bad-option`: an option is unknown, of the wrong type, out of range, or has no meaning in this mode.
 * - `bad-argument`: a payload that is not bytes, an LSN that is none.
 * - `record-too-large`: nothing was written; the log goes on.
 * - `beyond-checkpoint`: `truncateBefore` would drop records that no checkpoint covers.
 * - `locked`: another writer, in this process or another, has the directory.
 * - `closed`: the log was closed.
 * - `poisoned`: a write or a sync failed; nothing is accepted until the log is opened again.
 * - `corrupt`: bytes that were known to be synced are missing or wrong.
 * - `unsupported-version`: the segment is of a format that this version does not read.
 * - `overloaded`: too much waits to be synced already; nothing was written, and the log goes on.
 * - `exhausted`: no life or index is left.
 */
export type WalErrorCode =
  | "bad-option"
  | "bad-argument"
  | "record-too-large"
  | "beyond-checkpoint"
  | "locked"
  | "closed"
  | "poisoned"
  | "corrupt"
  | "unsupported-version"
  | "overloaded"
  | "exhausted";

/** Where damage was found. */
export interface DamagePlace {
  /** The segment's file name. */
  readonly segment: string;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  readonly reason: string;
}

/** Every error the log throws by itself; an error of the disk is its `cause`. */
export class WalError extends Error {
  readonly code: WalErrorCode;
  /** Set for `corrupt` and `unsupported-version`. */
  readonly place: DamagePlace | undefined;

  constructor(
    code: WalErrorCode,
    message: string,
    facts: { readonly cause?: unknown; readonly place?: DamagePlace } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "WalError";
    this.code = code;
    this.place = facts.place;
  }
}

/** The error for bytes that were proven synced and are not what they were. */
export function corruption(place: DamagePlace): WalError {
  return new WalError(
    "corrupt",
    `The log is damaged in ${place.segment} at byte ${place.offset}: ${place.reason}. ` +
      "These bytes were known to be synced, so this is no interrupted write: restore them from a copy.",
    { place },
  );
}
