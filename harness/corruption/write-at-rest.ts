// Writes a store in this process and leaves it at rest: closed or killed, on a disk in memory.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DiskImage } from "../disk/image.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { LifeEnding } from "../power/chain-plan.ts";
import { recordLife } from "../power/recorded-life.ts";
import { type RecordedStore, STORE_DIRECTORY } from "../power/recorded-store.ts";
import type { Workload } from "../workload.ts";

/** How a life ends before its store is opened again, or lies at rest. */
export type RestingEnd = Exclude<LifeEnding, { readonly kind: "power" }>;

/** A store that nobody uses any more. */
export interface StoreAtRest {
  readonly store: RecordedStore;
  readonly workload: Workload;
  /** What happened up to the last end: the marks of the trace. */
  readonly events: readonly HistoryEvent[];
  readonly trace: DiskTrace;
  /** All that was written is on the disk by now, synced or not. */
  readonly image: DiskImage;
}

/** Runs the workload's lives; `ends` has an entry a life, and a life without one is closed. */
export async function writeAtRest(
  store: RecordedStore,
  workload: Workload,
  ends: readonly RestingEnd[] = [],
): Promise<StoreAtRest> {
  const disk = new RecordingDisk({ directory: STORE_DIRECTORY });
  for (const life of workload.lives.keys()) {
    const ending = ends[life] ?? { kind: "close" };
    await recordLife({ store, disk, workload, life, ending });
  }
  const { trace } = disk;
  const events = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
  return { store, workload, events, trace, image: disk.image() };
}
