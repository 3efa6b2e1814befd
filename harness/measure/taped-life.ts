// One life of appends on a real disk, taped: what was asked and answered when, and each call of the disk.
import type { Clock } from "../clock.ts";
import { emptyImage } from "../disk/image.ts";
import { MemoryDisk } from "../disk/memory-disk.ts";
import { payload } from "../payload.ts";
import { answeredLsns, isPromise } from "../perform-operation.ts";
import { STORE_DIRECTORY } from "../power/recorded-store.ts";
import type { StoragePort } from "../storage-port.ts";
import type { OpenStore, Subject } from "../subject.ts";
import type { PaceJob, RiskJob } from "./measure-job.ts";
import { StorageTape, type TimedTrace } from "./storage-tape.ts";

/** The one life. */
const LIFE = 0;

export interface TapedLife {
  readonly subject: Subject;
  readonly storage: StoragePort;
  readonly clock: Clock;
  /** Writes an answer as a writer does, where it is to be one. */
  readonly say: (line: string) => void;
}

/** How long lives are lived that nobody looks at: code that runs for the first time is slow. */
const WARM_UP_MS = 150;

/**
 * Opens the store, makes the job's appends in closed loops of so many callers, and closes it. The trace ends
 * with the last answer. A writer that is killed soon is as cold as it begins; any other run is warmed up
 * before. @throws what the store throws
 */
export async function tapeLife(job: RiskJob | PaceJob, life: TapedLife): Promise<TimedTrace> {
  if (job.kind === "risk") await warmUp(job, life);
  else warmTape(job, life.clock);
  return (await liveOnce(job, { ...life, endsAtMs: Number.POSITIVE_INFINITY })).play();
}

/** So many turns are enough for the tape's own code to be compiled. */
const TAPE_TURNS = 5000;

/** The store stays cold, and what takes its time is as quick as it gets: a tape of a disk that does nothing. */
function warmTape(job: PaceJob, clock: Clock): void {
  const idle = new MemoryDisk(emptyImage(STORE_DIRECTORY));
  const file = idle.open(`${STORE_DIRECTORY}/warm-up`, "create");
  const tape = new StorageTape(idle, "", clock);
  const bytes = new Uint8Array(job.recordBytes);
  for (let operation = 0; operation < TAPE_TURNS; operation += 1) {
    tape.mark({ kind: "invoked", life: LIFE, operation });
    tape.storage.write(file, bytes, 0);
    tape.storage.syncData(file);
    tape.mark({ kind: "acknowledged", life: LIFE, operation, lsns: [operation] });
  }
}

async function warmUp(job: RiskJob, life: TapedLife): Promise<void> {
  const endsAtMs = life.clock.monotonicMs() + WARM_UP_MS;
  for (let lived = 0; life.clock.monotonicMs() < endsAtMs; lived += 1) {
    await liveOnce(
      { ...job, directory: `${job.directory}/warm-up-${lived}` },
      { ...life, endsAtMs },
    );
  }
}

async function liveOnce(
  job: RiskJob | PaceJob,
  life: TapedLife & { readonly endsAtMs: number },
): Promise<StorageTape> {
  const tape = new StorageTape(life.storage, job.directory, life.clock);
  life.storage.makeDirectory(job.directory + STORE_DIRECTORY);
  tape.mark({ kind: "open", life: LIFE });
  const ports = { storage: tape.storage, clock: life.clock };
  const store = await life.subject.open(STORE_DIRECTORY, job.options, ports);
  tape.mark({ kind: "opened", life: LIFE });
  await askAppends(job, { ...life, store, tape });
  tape.stop();
  await store.close();
  return tape;
}

interface AskedStore extends TapedLife {
  readonly store: OpenStore;
  readonly tape: StorageTape;
  /** Nothing is asked after that. */
  readonly endsAtMs: number;
}

async function askAppends(
  job: RiskJob | PaceJob,
  { store, tape, say, clock, endsAtMs }: AskedStore,
): Promise<void> {
  const make = (operation: number): Uint8Array =>
    payload(job.seed, { operation, item: 0 }, job.recordBytes);
  const isWriter = job.kind === "pace";
  const made = isWriter ? undefined : Array.from({ length: job.appends }, (_, at) => make(at));
  let next = 0;
  const call = async (): Promise<void> => {
    while (next < job.appends && clock.monotonicMs() < endsAtMs) {
      const operation = next;
      next += 1;
      tape.mark({ kind: "invoked", life: LIFE, operation });
      const answer = store.append(made?.[operation] ?? make(operation));
      const lsns = answeredLsns(isPromise(answer) ? await answer : answer);
      if (isWriter) say(`ack ${operation} ${lsns.join(",")}\n`);
      tape.mark({ kind: "acknowledged", life: LIFE, operation, lsns });
    }
  };
  await Promise.all(Array.from({ length: job.callers }, call));
}
