// The workload: what the writer is asked to do, as plain data; and the bytes it is asked to write.
import type { Json } from "./subject.ts";

/** One request to the store. Sizes are payload bytes. */
export type Operation =
  | { readonly kind: "append"; readonly size: number }
  | { readonly kind: "batch"; readonly sizes: readonly number[] }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "sync" }
  | { readonly kind: "truncate" }
  | { readonly kind: "reopen" };

export type OperationKind = Operation["kind"];

/**
 * The lives' operations, numbered from 0 through all lives, so that a number means the same
 * operation wherever an earlier life was cut off.
 */
export interface Workload {
  /** The 32-bit seed that the payloads are made from. */
  readonly seed: number;
  /** What this trial opens the store with, over the scenario's own options. */
  readonly options: { readonly [key: string]: Json };
  readonly lives: readonly (readonly Operation[])[];
  /** Operations of a life that may be in flight at once, 1 to 256; 1 where it is left out. */
  readonly concurrency?: number;
}

/** Most operations in flight at once. */
export const CONCURRENCY_MAX = 256;

/** The number of a life's first operation. */
export function firstOperation(workload: Workload, life: number): number {
  return workload.lives.slice(0, life).reduce((sum, operations) => sum + operations.length, 0);
}

/** The payload sizes that an operation writes, in log order; none for one that writes nothing. */
export function payloadSizes(operation: Operation): readonly number[] {
  switch (operation.kind) {
    case "append":
      return [operation.size];
    case "batch":
      return operation.sizes;
    case "checkpoint":
    case "sync":
    case "truncate":
    case "reopen":
      return [];
  }
}
