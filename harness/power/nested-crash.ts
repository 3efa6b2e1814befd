// A crash inside recovery: the recovery of a state, recorded, as a trace of its own to explore.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { ExploreRequest } from "./explore-request.ts";
import type { FindingReader } from "./finding.ts";
import { recoverOn } from "./recorded-store.ts";

/** The exploration of the outer state, with the state itself. */
export interface NestedCrash extends ExploreRequest {
  readonly visit: CrashVisit;
  /** All that happened up to the first crash, it included. */
  readonly prior: readonly HistoryEvent[];
  readonly reader: FindingReader;
}

/**
 * Recovers the state on a recording disk. What it reports is marked at the end of its trace, for a
 * crash after the report may take nothing of it back.
 */
export async function nestedRequest(nested: NestedCrash): Promise<ExploreRequest> {
  const { visit, prior, reader, store, limits, seed } = nested;
  const disk = visit.disk({ record: true });
  const finding = await reader.read(() => recoverOn(store, disk));
  const life = prior.at(-1)?.life ?? 0;
  disk.mark({ kind: "recovered", life, outcome: finding.outcome() });
  return {
    store,
    trace: disk.trace,
    profile: nested.profile,
    prior,
    workload: nested.workload,
    promise: nested.promise,
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
