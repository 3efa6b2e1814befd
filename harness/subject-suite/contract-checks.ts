// The checks of the contract: what a subject is asked, and how each of its lives ends.
import type { Operation } from "../workload.ts";

/** What one check asks of a subject. */
export interface ContractCheck {
  readonly name: string;
  readonly lives: readonly (readonly Operation[])[];
  /** `close`: each life is closed. `idle`: each is killed when it has answered everything. */
  readonly end: "close" | "idle";
  /** Operations in flight at once; one after the other where it is left out. */
  readonly concurrency?: number;
}

/** What the subject's promise leaves to be checked. */
export interface ContractLimits {
  /** Larger values may be refused. */
  readonly largestSize: number;
  /** Most operations in flight at once. */
  readonly concurrency: number;
}

/** Shorter than a tag, about a line, around a page, and larger than a pipe. */
const SIZES = [1, 2, 3, 4, 5, 24, 64, 4095, 4096, 4097, 100_000];
const BATCH: Operation = { kind: "batch", sizes: [24, 1, 40] };

/** In the order in which a new subject comes to keep them. */
export function contractChecks({
  largestSize,
  concurrency,
}: ContractLimits): readonly ContractCheck[] {
  const one = append(24);
  const sizes = SIZES.filter((size) => size <= largestSize);
  return [
    check("an empty store is opened, closed and recovered", []),
    check("what was appended is found in its order", [one, append(40), one]),
    check("values of all sizes are found as they were", sizes.map(append)),
    check("a batch is found whole", [one, BATCH, { kind: "batch", sizes: [] }, one]),
    check("sync is answered", [one, { kind: "sync" }, one]),
    check("a checkpoint is answered", [one, { kind: "checkpoint" }, one]),
    check("what lies before a checkpoint can be truncated", [
      one,
      { kind: "checkpoint" },
      one,
      { kind: "truncate" },
      one,
    ]),
    check("it is closed and opened within a life", [one, { kind: "reopen" }, one]),
    check("a closed store is opened again and goes on", [one], [one, one], [], [one]),
    killed("a killed store is recovered, opened and goes on", [one, one], [one], [], [one]),
    ...(concurrency > 1 ? [inFlight(concurrency)] : []),
  ];
}

/** Every slot is filled three times, with a close between that waits for none of them. */
function inFlight(concurrency: number): ContractCheck {
  const appends = Array.from({ length: 3 * concurrency }, () => append(24));
  const name = `up to ${concurrency} operations in flight are each answered and found`;
  return { ...check(name, [...appends, { kind: "reopen" }, append(24)]), concurrency };
}

function append(size: number): Operation {
  return { kind: "append", size };
}

function check(name: string, ...lives: readonly (readonly Operation[])[]): ContractCheck {
  return { name, lives, end: "close" };
}

function killed(name: string, ...lives: readonly (readonly Operation[])[]): ContractCheck {
  return { name, lives, end: "idle" };
}
