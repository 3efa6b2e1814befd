// One operation of a workload, asked of an open store.
import { payload } from "./payload.ts";
import type { Lsn, MaybePromise, OpenStore } from "./subject.ts";
import type { Operation } from "./workload.ts";

/** What one call can do; a reopen needs the subject too. */
export type AskedOperation = Exclude<Operation, { kind: "reopen" }>;

/** What a store answers: its LSNs, where it gives any. */
export type StoreAnswer = Lsn | readonly Lsn[] | undefined | void;

/** The workload asks for something that the subject has no function for. */
class UnsupportedOperation extends Error {
  readonly code = "UNSUPPORTED";

  constructor(kind: string) {
    super(`the store has no function ${kind}`);
  }
}

/**
 * Does the operation with this number; `seed` is the workload's, from which the payloads are made.
 * A promise comes back only where the store gave one.
 * @throws what the store throws; an error with code `UNSUPPORTED` where it lacks the function.
 */
export function performOperation(
  store: OpenStore,
  asked: AskedOperation,
  { seed, operation }: { readonly seed: number; readonly operation: number },
): MaybePromise<StoreAnswer> {
  switch (asked.kind) {
    case "append":
      return store.append(payload(seed, { operation, item: 0 }, asked.size));
    case "batch":
      if (store.batch === undefined) throw new UnsupportedOperation(asked.kind);
      return store.batch(asked.sizes.map((size, item) => payload(seed, { operation, item }, size)));
    case "checkpoint":
    case "sync":
    case "truncate":
      if (store[asked.kind] === undefined) throw new UnsupportedOperation(asked.kind);
      return store[asked.kind]?.();
  }
}

/** True of what settles later. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** The LSNs of an answer, in order; none where the store gives none. */
export function answeredLsns(answer: StoreAnswer): readonly Lsn[] {
  if (answer === undefined) return [];
  return typeof answer === "number" ? [answer] : answer;
}
