// What a profile keeps together must be chosen together: a page's sectors, the names of a journal.

import { axesOf } from "./axes.ts";
import type { Axis, AxisPart } from "./axis.ts";
import { formatPart } from "./crash-choice.ts";
import type { CrashState } from "./crash-state.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskVersions } from "./disk-versions.ts";
import type { DiskImage } from "./image.ts";
import type { DeviceProfile } from "./profile.ts";
import { SECTOR_BYTES } from "./sectors.ts";

/**
 * Throws `bad-choice` for a disk that shows versions of several moments where the profile has those
 * of one only. `versions` are those after event `at`; `image` is the disk with the state's. What no
 * name leads to, and what lies behind a file's end, shows nothing.
 */
export function requireTogether(
  versions: DiskVersions,
  {
    state,
    at,
    image,
  }: { readonly state: CrashState; readonly at: number; readonly image: DiskImage },
): void {
  const { profile } = versions;
  const hasNone =
    profile.unitBytes === SECTOR_BYTES && profile.names !== "prefix" && profile.size === "apart";
  const torn = hasNone
    ? undefined
    : axesOf(versions).find((axis) => {
        const shown = axis.parts.filter((part) => isShown(part, image));
        return axis.versionOf(shown, (list) => state.value(list), at) === undefined;
      });
  if (torn !== undefined) {
    throw new DiskError("bad-choice", refusal(torn, profile));
  }
}

function isShown({ inode, item }: AxisPart, image: DiskImage): boolean {
  const node = image.inodes.get(inode);
  if (node === undefined) {
    return false;
  }
  return item.kind !== "sector" || (node.kind === "file" && item.offset < node.size);
}

function refusal(axis: Axis, profile: DeviceProfile): string {
  const items = axis.parts.map(({ inode, item }) => `inode ${inode} ${formatPart(item)}`);
  const what = {
    name: "a beginning of all changes of names",
    size: "a file's size and its data",
    data: `the ${profile.unitBytes} bytes of a unit`,
  }[axis.kind];
  return (
    `The profile ${profile.name} keeps or loses ${what} as one, and the choice parts ` +
    `${items.join(", ")}: pick them as of one event.`
  );
}
