// The crash space as a source of disks: for an audit, a risk window, and the search for a conviction.
import type { CrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { CrashSpace, type VisitOptions } from "../disk/crash-space.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { RecoverableDisk, VisitStates } from "./crash-case.ts";
import { diskOf } from "./recoverable-image.ts";
import type { RiskSource } from "./risk-window.ts";

/** How much of a crash space is visited. */
export type SpaceLimits = Pick<VisitOptions, "seed" | "statesMax" | "exhaustiveMax">;

/** Visits the crash space of whatever trace it is given, under this profile. */
export function spaceStates(profile: DeviceProfile, limits: SpaceLimits): VisitStates {
  return (trace) => new CrashSpace(trace, profile).visit(limits);
}

/** The disks of one trace for its risk window. */
export function spaceRiskSource(
  trace: DiskTrace,
  profile: DeviceProfile,
  limits: SpaceLimits,
): RiskSource {
  const complete = completePoints(trace, profile, limits);
  const diskAt = (base: CrashChoice["base"], at: number): RecoverableDisk =>
    diskOf(crashImage(trace, { at, keep: { base, clauses: [] }, profile }));
  return {
    visit: spaceStates(profile, limits),
    floorAt: (at) => diskAt("floor", at),
    newestAt: (at) => diskAt("newest", at),
    visitedAll: (at) => complete[at] === true,
  };
}

/**
 * The crash points of which no state is passed over, at the least: from a point on that leaves one
 * disk only, as long as all that can be left is few. Garbage is drawn, so it is never all visited.
 */
function completePoints(
  trace: DiskTrace,
  profile: DeviceProfile,
  { statesMax, exhaustiveMax }: SpaceLimits,
): readonly boolean[] {
  const isDrawn = profile.neverSynced.includes("garbage");
  const isBounded = statesMax < exhaustiveMax * trace.events.length;
  if (isDrawn || isBounded) {
    return [];
  }
  const space = new CrashSpace(trace, profile);
  let isComplete = true;
  return trace.events.map((_, at) => {
    const legal = space.legalAt(at);
    isComplete = legal === 1n || (isComplete && legal <= BigInt(exhaustiveMax));
    return isComplete;
  });
}
