// The default scenarios: our log in each of its sync modes.
import type { Scenario } from "../harness/scenario.ts";
import type { Stratum } from "../harness/trial-record.ts";
import { type LogMode, walPromise } from "./wal-promise.ts";
import { walWorkloads } from "./workloads/wal-workloads.ts";

const TITLES: { readonly [mode in LogMode]: string } = {
  sync: "our log, each append synced: nothing is lost",
  batch: "our log, synced every N appends: at most N-1 are lost",
  none: "our log, buffered in the process: all since the last barrier may be lost",
  flush: "our log, each append handed to the kernel: nothing is lost by a kill",
  group: "our log, one sync for all callers that wait: nothing is lost",
};

/** A campaign that never struck here has not looked. */
const REQUIRED: readonly Stratum[] = ["append", "batch", "rotation", "checkpoint", "recovery"];

/** Modes that a kill may cost something. */
const LOSSY: readonly LogMode[] = ["batch", "none"];

/** One scenario for a mode, of this subject. */
export function walScenario(mode: LogMode): Scenario {
  return {
    name: `wal/${mode}`,
    title: TITLES[mode],
    subject: { module: "ackproof:wal" },
    mode,
    workloads: walWorkloads(mode),
    promise: (options) => walPromise(mode, options),
    faults: ["kill", "power", "io-error"],
    requiredStrata: LOSSY.includes(mode) ? [...REQUIRED, "at-risk"] : REQUIRED,
    usesStoragePort: true,
    inGate: true,
  };
}

export const walScenarios: readonly Scenario[] = (
  ["sync", "batch", "none", "flush", "group"] as const
).map(walScenario);
