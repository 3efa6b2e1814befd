// The fault `io-error`: a call of the disk fails, the store goes on or is opened again, and then the
// power fails at each point of the recording.
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { type ChainPlan, drawFailingChain } from "../power/chain-plan.ts";
import { recorderNeeds } from "../recorder/strace-needs.ts";
import type { FaultTarget } from "./fault.ts";
import { type FailureOfCall, failuresFor, failuresOf, setsVerdict } from "./io-error-text.ts";
import type { CrashFault } from "./power.ts";

/** An I/O error in one life of a recorded chain. */
export interface IoErrorFault extends CrashFault {
  readonly kind: "io-error";
}

/** The device on which the power fails afterwards. */
const PROFILE: DeviceProfile = profiles.posix;

/** The I/O error with this text; undefined where there is none. */
export function ioErrorFault(text: string): IoErrorFault | undefined {
  if (failuresOf(text) === undefined) return undefined;
  const drawnFor = (target: FaultTarget): readonly FailureOfCall[] => failuresFor(text, target);
  return {
    kind: "io-error",
    text,
    profile: PROFILE,
    setsVerdict: setsVerdict(text),
    unfit:
      "its store does not use the storage port, and strace can not do this to a program: it makes a call fail or wait, and neither writes a part of one nor changes what the page cache holds",
    // A store that uses the storage port is recorded in memory; any other by strace.
    needs: async (clock, target) =>
      target?.usesStoragePort === false ? recorderNeeds(clock) : { available: true },
    appliesTo: (target) => drawnFor(target).length > 0,
    plan: (seed, workload, target): ChainPlan => {
      const { usesStoragePort, turn } = target;
      const turns = turn === undefined ? {} : { turn };
      return drawFailingChain(seed, workload, {
        among: drawnFor(target),
        usesStoragePort,
        ...turns,
      });
    },
    strike: async (plan, run) => {
      const points = await run.crashEverywhere(plan);
      const evidence = `a call of the disk failed, and then the power was cut at ${points} points`;
      return { struck: points > 0, evidence };
    },
  };
}
