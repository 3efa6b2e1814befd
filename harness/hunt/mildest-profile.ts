// The mildest device on which a trace convicts: how ordinary a machine shows the bug.
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { type CrashCase, findConviction } from "./crash-case.ts";
import { type SpaceLimits, spaceStates } from "./space-source.ts";

/** From the mildest to the harshest; each may leave what the one before it may, and more. */
const BY_HARSHNESS: readonly DeviceProfile[] = [profiles.kill, profiles.ext4, profiles.posix];

/** The first profile under which a state among those visited breaks a promise. */
export async function mildestProfile(
  crashCase: CrashCase,
  trace: DiskTrace,
  limits: SpaceLimits,
): Promise<DeviceProfile | undefined> {
  for (const profile of BY_HARSHNESS) {
    const conviction = await findConviction(
      { ...crashCase, profile },
      trace,
      spaceStates(profile, limits),
    );
    if (conviction !== undefined) {
      return profile;
    }
  }
  return undefined;
}
