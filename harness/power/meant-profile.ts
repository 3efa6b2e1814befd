// The device that a power cut is judged on.
import type { DeviceProfile } from "../disk/profile.ts";
import { profileNamed } from "../disk/profile.ts";
import { failuresOf } from "../faults/io-error-text.ts";
import { powerText } from "../faults/power-text.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";

/**
 * The profile that the fault names. For a program, a power cut without a name is one to the devices
 * that the promise is meant for.
 */
export function meantProfile(
  fault: { readonly text: string; readonly profile: DeviceProfile },
  { profile }: StorePromise,
  usesStoragePort: boolean,
): DeviceProfile {
  // An I/O error names none: the power cuts behind it are as one without a name.
  const isUnnamed = fault.text === powerText("posix") || failuresOf(fault.text) !== undefined;
  const named = usesStoragePort || !isUnnamed;
  return named || profile === undefined ? fault.profile : profileNamed(profile);
}
