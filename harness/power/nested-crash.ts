// A crash after a crash: what follows a state, recorded, as a trace of its own to explore.
//
// What follows is a recovery, or for every other state a life, where lives can be recorded: a store
// that opens at once does what its recovery does, and then rests on it. A cut that recovery forgot to
// sync harms nobody before something is written behind it.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { HistoryEvent } from "../history/history.ts";
import { stream } from "../seed.ts";
import type { Workload } from "../workload.ts";
import type { StateRequest } from "./explore-request.ts";
import type { FindingReader } from "./finding.ts";
import { withLife } from "./log-catalogue.ts";

/** The exploration of the outer state, with the state itself. */
export interface NestedCrash extends StateRequest {
  readonly visit: CrashVisit;
  /** All that happened up to the first crash, it included. */
  readonly prior: readonly HistoryEvent[];
  readonly reader: FindingReader;
}

/** What every store can do; that it was opened is what counts. */
const WRITTEN_ON: Workload["lives"][number] = [{ kind: "append", size: 40 }];

/** Records what follows the state, and asks for its crashes. Undefined where it can not be recorded. */
export async function nestedRequest(nested: NestedCrash): Promise<StateRequest | undefined> {
  const { visit, recoverer, profile, prior, promise, limits, seed } = nested;
  const isLife = stream(seed, `what follows ${visit.key}`).below(2) === 0;
  const followed = (isLife ? await live(nested) : undefined) ?? (await recover(nested));
  if (followed === undefined) return undefined;
  return {
    recoverer,
    ...followed,
    profile,
    prior,
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

type Followed = Pick<StateRequest, "trace" | "workload">;

/**
 * What recovery reports is marked at the end of its trace, for a crash after the report may take
 * nothing of it back.
 */
async function recover(nested: NestedCrash): Promise<Followed | undefined> {
  const { visit, recoverer, reader, prior, workload } = nested;
  const recorded = await recoverer.record(visit, prior.at(-1)?.life ?? 0, reader);
  return recorded.kind === "unrecordable" ? undefined : { trace: recorded.trace, workload };
}

/** The store is opened, with no recovery reported before, and written on. */
async function live({ visit, recoverer, workload }: NestedCrash): Promise<Followed | undefined> {
  const longer = withLife(workload, WRITTEN_ON);
  const trace = await recoverer.recordLife?.(visit, longer);
  return trace === undefined ? undefined : { trace, workload: longer.workload };
}
