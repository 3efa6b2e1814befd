// The text of a power cut: what a user names it by, and what stands in a history.
import type { DeviceProfile } from "../disk/profile.ts";

/** The profile that `power` alone means: the harshest that sets a verdict. */
const DEFAULT_PROFILE = "posix";

/** The fault's text for a power cut under this profile. */
export function powerText(profile: DeviceProfile["name"]): string {
  return profile === DEFAULT_PROFILE ? "power" : `power:${profile}`;
}
