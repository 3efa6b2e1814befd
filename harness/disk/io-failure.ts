// An I/O failure: which call of the disk fails, and how; a value that prints itself.
import { DiskError } from "./disk-error.ts";

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
  /** The n-th such call of the life, its opening included; from 1. `syncData` may be asked for later. */
  readonly n: number;
  readonly kind: FailureKind;
  /** Every such call fails from the n-th on, until the store is opened again. */
  readonly lasts: boolean;
  readonly cache: CacheAfterFailure;
}

const CALLS: { readonly [C in FailingCall]: readonly FailureKind[] } = {
  open: ["EIO", "ENOSPC", "EINTR"],
  write: ["EIO", "ENOSPC", "EINTR", "short"],
  truncate: ["EIO", "ENOSPC", "EINTR"],
  sync: ["EIO", "ENOSPC", "EINTR"],
  syncData: ["EIO", "ENOSPC", "EINTR", "slow"],
  syncDirectory: ["EIO", "ENOSPC"],
  rename: ["EIO", "ENOSPC"],
  // What is full has room for less.
  remove: ["EIO"],
};

/** A signal comes once, and of later syncs one is slow. */
const MAY_LAST: { readonly [K in FailureKind]: boolean } = {
  EIO: true,
  ENOSPC: true,
  EINTR: false,
  short: true,
  slow: false,
};

const CACHES: readonly CacheAfterFailure[] = ["kept", "reverted", "late"];

/** Which failures there are; what is not in the list has no meaning, and does not parse. */
export function matchingFailures(): readonly Omit<IoFailure, "n">[] {
  return entriesOf(CALLS).flatMap(([call, kinds]) =>
    kinds.flatMap((kind) =>
      (MAY_LAST[kind] ? [false, true] : [false]).flatMap((lasts) =>
        cachesAfter(call, kind).map((cache) => ({ call, kind, lasts, cache })),
      ),
    ),
  );
}

/** Only a sync that tried to write, and could not, does anything to the page cache. */
function cachesAfter(call: FailingCall, kind: FailureKind): readonly CacheAfterFailure[] {
  const isOfCache = call === "sync" || call === "syncData";
  return isOfCache && (kind === "EIO" || kind === "ENOSPC") ? CACHES : ["kept"];
}

/** The failure as text, `parseIoFailure` inverts it: `write#3:ENOSPC,lasts`, `syncData#2:EIO,reverted`. */
export function formatIoFailure({ call, n, kind, lasts, cache }: IoFailure): string {
  const details = [...(cache === "kept" ? [] : [cache]), ...(lasts ? ["lasts"] : [])];
  return [`${call}#${n}:${kind}`, ...details].join(",");
}

/** Reads a failure; throws `bad-failure`, with what is expected, for any other text. */
export function parseIoFailure(text: string): IoFailure {
  const [, call, digits, rest] = /^(\w+)#([1-9]\d{0,14}):(.*)$/.exec(text) ?? [];
  const known = entriesOf(CALLS).find(([each]) => each === call);
  if (known === undefined || digits === undefined) {
    const calls = Object.keys(CALLS).join(", ");
    throw refused(text, `expected a call (${calls}), #, its number from 1, and :`);
  }
  const n = Number(digits);
  const ofCall = matchingFailures()
    .filter((each) => each.call === call)
    .map((each): IoFailure => ({ ...each, n }));
  const found = ofCall.find((each) => formatIoFailure(each) === text);
  if (found === undefined) {
    const failures = ofCall.map((each) => formatIoFailure(each).replace(/^.*:/, ""));
    throw refused(text, `"${rest}" is none of what ${call} can do: ${failures.join("; ")}`);
  }
  return found;
}

function refused(text: string, reason: string): DiskError {
  return new DiskError("bad-failure", `"${text}" is no I/O failure: ${reason}.`);
}

function entriesOf<K extends string, V>(record: { readonly [key in K]: V }): readonly [K, V][] {
  const keys: K[] = [];
  for (const key in record) keys.push(key);
  return keys.map((key) => [key, record[key]]);
}
