// The limit of detection: which records may vanish without a word when a store was damaged at rest.
//
// A store can tell that a record is missing only where something written later says that it was
// there. What says so must have been written when the record was durable, and must be whole. The trace
// tells both: a write that began after the promise made the record durable and whose bytes still
// stand in the damaged files speaks of it; so its loss must be noticed. Zeros say nothing.

import { imageFiles } from "../disk/corruption.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DiskImage, fileBytes } from "../disk/image.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { mostRecords } from "../history/allowance.ts";
import type { HistoryEvent } from "../history/history.ts";
import { isBarrier } from "../history/settlement.ts";
import { type Operation, payloadSizes } from "../workload.ts";
import type { StoreAtRest } from "./write-at-rest.ts";

/** A write that may speak of what was durable when it began. */
interface Voice {
  readonly event: number;
  readonly inode: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Judges losses of one store at rest. */
export class DetectionLimit {
  /** Event of the trace by which an operation's records were durable. */
  readonly #durableAt: ReadonlyMap<number, number>;
  /** The latest first. */
  readonly #voices: readonly Voice[];
  readonly #hiddenBelow: number;

  constructor({ trace, events, workload }: StoreAtRest, promise: StorePromise) {
    const operations = workload.lives.flat();
    this.#durableAt = durability(trace, operations, promise);
    this.#voices = voices(trace);
    this.#hiddenBelow =
      promise.corruption?.silentLoss.includes("before-checkpoint") === true
        ? lastCheckpoint(events, operations)
        : 0;
  }

  /**
   * The first of the operations whose loss had to be noticed; `lost` grow. `kept` is the first operation
   * that was found: what lies before it is the log's beginning.
   */
  mustNotice(
    damaged: DiskImage,
    { lost, kept }: { readonly lost: readonly number[]; readonly kept: number | undefined },
  ): number | undefined {
    if (lost.length === 0) return undefined;
    const latest = this.#latestVoice(damaged);
    return lost.find((operation) => {
      const beginning = kept === undefined || operation < kept;
      const hidden = beginning && operation < this.#hiddenBelow;
      return !hidden && (this.#durableAt.get(operation) ?? Infinity) < latest;
    });
  }

  #latestVoice(damaged: DiskImage): number {
    const files = new Map(imageFiles(damaged).map(({ inode, node }) => [inode, fileBytes(node)]));
    const whole = this.#voices.find(({ inode, offset, bytes }) => {
      const now = files.get(inode)?.subarray(offset, offset + bytes.length);
      return now !== undefined && Buffer.compare(now, bytes) === 0;
    });
    return whole?.event ?? -1;
  }
}

/**
 * What was written by operations that were not cut off: a file that was being made when its process was killed
 * is rightly thrown away. The latest first.
 */
function voices(trace: DiskTrace): Voice[] {
  const finished: Voice[] = [];
  let pending: Voice[] = [];
  for (const [index, event] of trace.events.entries()) {
    if (event.kind === "mark") {
      const cutOff = event.happened.kind === "crash" || event.happened.kind === "failed";
      if (!cutOff) finished.push(...pending);
      pending = [];
    } else if (event.kind === "start" && event.operation.kind === "write") {
      const { inode, offset, bytes } = event.operation;
      const silent = bytes.every((byte) => byte === 0);
      if (!silent) pending.push({ event: index, inode, offset, bytes });
    }
  }
  return finished.toReversed();
}

/** Operations with records, each with the event from which on its promise made it durable. */
function durability(
  trace: DiskTrace,
  operations: readonly Operation[],
  promise: StorePromise,
): ReadonlyMap<number, number> {
  const durableAt = new Map<number, number>();
  let waiting: number[] = [];
  const settle = (event: number, keep = 0): void => {
    const settled = waiting.slice(0, Math.max(0, waiting.length - keep));
    for (const operation of settled) durableAt.set(operation, event);
    waiting = waiting.slice(settled.length);
  };
  for (const [index, event] of trace.events.entries()) {
    if (event.kind !== "mark") continue;
    const { happened } = event;
    if (happened.kind === "opened" && promise.recoverySyncs !== false) settle(index);
    if (happened.kind === "closed" && promise.barriers.includes("close")) settle(index);
    if (happened.kind !== "acknowledged") continue;
    const operation = operations[happened.operation];
    if (operation === undefined) continue;
    if (payloadSizes(operation).length > 0) waiting.push(happened.operation);
    if (isBarrier(operation.kind, promise)) settle(index);
    else settle(index, mostRecords(promise.power));
  }
  return durableAt;
}

/** The last one that was asked for: without an answer it may be there too. 0 where there is none. */
function lastCheckpoint(events: readonly HistoryEvent[], operations: readonly Operation[]): number {
  const last = events.findLast(
    (event) => event.kind === "invoked" && operations[event.operation]?.kind === "checkpoint",
  );
  return last?.kind === "invoked" ? last.operation : 0;
}
