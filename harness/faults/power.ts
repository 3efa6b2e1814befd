// The fault `power`: the run is recorded once, and the power fails at each point of the recording.
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import type { HistoryEvent } from "../history/history.ts";
import { type ChainPlan, drawChain } from "../power/chain-plan.ts";
import type { Fault } from "./fault.ts";

/** What a power cut strikes: a chain that can be recorded and then crashed everywhere. */
interface PowerRun {
  /** Records the chain as planned; returns at how many points the power was cut. */
  crashEverywhere(plan: ChainPlan): Promise<number>;
}

/** A power cut to a device of this profile. */
export interface PowerFault extends Fault<ChainPlan, PowerRun> {
  readonly kind: "power";
  readonly profile: DeviceProfile;
}

/** The profile that `power` alone means: the harshest that sets a verdict. */
const DEFAULT_PROFILE = "posix";

/** The fault's text for a power cut under this profile. */
export function powerText(profile: DeviceProfile["name"]): string {
  return profile === DEFAULT_PROFILE ? "power" : `power:${profile}`;
}

/** True for a power cut: behind the last one the disk of a violation was left as it is. */
export function cutsPower(event: HistoryEvent): boolean {
  return event.kind === "crash" && event.fault.startsWith("power");
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
    unfit: "a store that does not use the storage port cannot be recorded yet",
    needs: async () => ({ available: true }),
    appliesTo: ({ usesStoragePort }) => usesStoragePort,
    plan: (seed, workload) => drawChain(seed, workload),
    strike: async (plan, run) => {
      const points = await run.crashEverywhere(plan);
      return { struck: points > 0, evidence: `the power was cut at ${points} points` };
    },
  };
}
