// A crash after a crash: what follows a state, recorded, as a trace of its own to explore.
//
// What follows is a recovery, or for every other state a life: a store that opens at once does what
// its recovery does, and then rests on it. A cut that recovery forgot to sync harms nobody before
// something is written behind it.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { RecordingDisk } from "../disk/recording-disk.ts";
import type { HistoryEvent } from "../history/history.ts";
import { stream } from "../seed.ts";
import type { Workload } from "../workload.ts";
import type { ExploreRequest } from "./explore-request.ts";
import type { FindingReader } from "./finding.ts";
import { withLife } from "./log-catalogue.ts";
import { recordLife } from "./recorded-life.ts";
import { recoverOn } from "./recorded-store.ts";

/** The exploration of the outer state, with the state itself. */
export interface NestedCrash extends ExploreRequest {
  readonly visit: CrashVisit;
  /** All that happened up to the first crash, it included. */
  readonly prior: readonly HistoryEvent[];
  readonly reader: FindingReader;
}

/** What every store can do; that it was opened is what counts. */
const WRITTEN_ON: Workload["lives"][number] = [{ kind: "append", size: 40 }];

/** Records what follows the state, and asks for its crashes. */
export async function nestedRequest(nested: NestedCrash): Promise<ExploreRequest> {
  const { visit, store, profile, prior, promise, limits, seed } = nested;
  const isLife = stream(seed, `what follows ${visit.key}`).below(2) === 0;
  const disk = visit.disk({ record: true });
  const workload = isLife ? await live(nested, disk) : await recover(nested, disk);
  return {
    store,
    trace: disk.trace,
    profile,
    prior,
    workload,
    promise,
    seed: seed + 1,
    limits: {
      ...limits,
      statesMax: limits.nestedStatesMax,
      // The second level is a sample: a few states of each recovery that was crashed.
      nestedMax: 1,
      depth: limits.depth - 1,
    },
  };
}

/**
 * What recovery reports is marked at the end of its trace, for a crash after the report may take
 * nothing of it back.
 */
async function recover(
  { reader, store, prior, workload }: NestedCrash,
  disk: RecordingDisk,
): Promise<Workload> {
  const finding = await reader.read(() => recoverOn(store, disk));
  const life = prior.at(-1)?.life ?? 0;
  disk.mark({ kind: "recovered", life, outcome: finding.outcome() });
  return workload;
}

/** The store is opened, with no recovery reported before, and written on. */
async function live(
  { store, workload: before }: NestedCrash,
  disk: RecordingDisk,
): Promise<Workload> {
  const { workload, life } = withLife(before, WRITTEN_ON);
  await recordLife({ store, disk, workload, life, ending: { kind: "power" } });
  return workload;
}
