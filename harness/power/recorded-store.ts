// The store of a power trial: a subject that runs in this process, on a disk in memory.
import type { Clock } from "../clock.ts";
import type { StoragePort } from "../storage-port.ts";
import type { FoundValue, OpenStore, Subject, SubjectOptions } from "../subject.ts";

/** Where every recorded store lies; the directory is durable from the start. */
export const STORE_DIRECTORY = "/store";

/** Time stands still, so that a run is the same each time. */
const STANDING_CLOCK: Clock = { monotonicMs: () => 0, wallMs: () => 1_700_000_000_000 };

/** A subject and what it is opened with. */
export interface RecordedStore {
  readonly subject: Subject;
  readonly options: SubjectOptions;
}

/** Opens the store on a disk. */
export async function openOn(store: RecordedStore, storage: StoragePort): Promise<OpenStore> {
  return store.subject.open(STORE_DIRECTORY, store.options, { storage, clock: STANDING_CLOCK });
}

/** Recovers the store on a disk; the values are read by whoever asked. */
export async function recoverOn(
  store: RecordedStore,
  storage: StoragePort,
): Promise<Iterable<FoundValue> | AsyncIterable<FoundValue>> {
  return store.subject.recover(STORE_DIRECTORY, store.options, { storage, clock: STANDING_CLOCK });
}
