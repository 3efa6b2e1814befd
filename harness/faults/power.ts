// The fault `power`: the run is recorded once, and the power fails at each point of the recording.
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { type ChainPlan, drawChain, drawProgramChain } from "../power/chain-plan.ts";
import { recorderNeeds } from "../recorder/strace-needs.ts";
import type { Fault } from "./fault.ts";
import { powerText } from "./power-text.ts";

/** What a power cut strikes: a chain that can be recorded and then crashed everywhere. */
interface PowerRun {
  /** Records the chain as planned; returns at how many points the power was cut. */
  crashEverywhere(plan: ChainPlan): Promise<number>;
}

/** A fault that ends in power cuts, at each point of a recording. */
export interface CrashFault extends Fault<ChainPlan, PowerRun> {
  /** What the device that loses its power promises. */
  readonly profile: DeviceProfile;
  /** False where it only informs: what breaks is told as a finding. */
  readonly setsVerdict: boolean;
}

/** A power cut to a device of this profile. */
export interface PowerFault extends CrashFault {
  readonly kind: "power";
}

/** All power cuts, as text. `kill` is a profile of the model, and a fault of its own. */
export const powerTexts: readonly string[] = Object.values(profiles).flatMap(({ name }) =>
  name === "kill" ? [] : [powerText(name)],
);

/** The power cut with this text; undefined where there is none. */
export function powerFault(text: string): PowerFault | undefined {
  const profile = Object.values(profiles).find(
    ({ name }) => name !== "kill" && powerText(name) === text,
  );
  if (profile === undefined) return undefined;
  return {
    kind: "power",
    text,
    profile,
    setsVerdict: profile.setsVerdict,
    unfit: "its power can not be cut",
    // A store that uses the storage port is recorded in memory; any other by strace.
    needs: async (clock, target) =>
      target?.usesStoragePort === false ? recorderNeeds(clock) : { available: true },
    appliesTo: () => true,
    plan: (seed, workload, { usesStoragePort }) =>
      usesStoragePort ? drawChain(seed, workload) : drawProgramChain(seed, workload),
    strike: async (plan, run) => {
      const points = await run.crashEverywhere(plan);
      return { struck: points > 0, evidence: `the power was cut at ${points} points` };
    },
  };
}
