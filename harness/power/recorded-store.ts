// The store of a power trial: a subject that runs in this process, on a disk in memory.
import { stream } from "../seed.ts";
import type { StoragePort } from "../storage-port.ts";
import type { FoundValue, OpenStore, Subject, SubjectOptions, SubjectPorts } from "../subject.ts";
import { VirtualTime } from "./virtual-time.ts";

/** Where every recorded store lies; the directory is durable from the start. */
export const STORE_DIRECTORY = "/store";

/** A subject and what it is opened with. */
export interface RecordedStore {
  readonly subject: Subject;
  readonly options: SubjectOptions;
}

/** Opens the store on a disk; in a time of its own where none is given. */
export async function openOn(
  store: RecordedStore,
  storage: StoragePort,
  time?: VirtualTime,
): Promise<OpenStore> {
  return store.subject.open(STORE_DIRECTORY, store.options, ports(storage, time));
}

/** Recovers the store on a disk, as `openOn` opens it; the values are read by whoever asked. */
export async function recoverOn(
  store: RecordedStore,
  storage: StoragePort,
  time?: VirtualTime,
): Promise<Iterable<FoundValue> | AsyncIterable<FoundValue>> {
  return store.subject.recover(STORE_DIRECTORY, store.options, ports(storage, time));
}

function ports(storage: StoragePort, time = timeOf(0)): SubjectPorts {
  return { storage, clock: time.clock, timer: time.timer };
}

/** The virtual time of one chain, from its seed. */
export function timeOf(seed: number): VirtualTime {
  return new VirtualTime(stream(seed, "interleaving"));
}
