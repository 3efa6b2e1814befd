// Destructive effects: what may or may not be on the disk, and takes something away where it is.
import type { DiskVersions } from "../disk/disk-versions.ts";
import type { DirectoryVersions, FileVersions } from "../disk/inode-versions.ts";
import type { Sector } from "../disk/sectors.ts";
import type { Version, VersionList } from "../disk/version-list.ts";
import { optionalVersions } from "./open-items.ts";

/**
 * What takes something away: without one, more kept can only mean more found. A `tear` is a write under
 * way on a device where it may take its whole sector along, synced bytes too.
 */
export type DestructiveEffect = "truncate" | "unlink" | "replace" | "overwrite" | "tear";

/** The first destructive effect that a power cut now may keep or lose; `undefined` for none. */
export function optionalDestruction(versions: DiskVersions): DestructiveEffect | undefined {
  const { tornUnitLosesOld } = versions.profile;
  for (const node of versions.inodes.values()) {
    const effect = node.kind === "file" ? inFile(node, tornUnitLosesOld) : inDirectory(node);
    if (effect !== undefined) {
      return effect;
    }
  }
  return undefined;
}

function inFile(file: FileVersions, tears: boolean): DestructiveEffect | undefined {
  if (hasStep(file.size, (before, { value }) => value < before)) {
    return "truncate";
  }
  const sectors = [...file.sectors.values()];
  const overwrites = sectors.some((list) =>
    hasStep(list, (before, { value }) => alters(before, value)),
  );
  if (overwrites) {
    return "overwrite";
  }
  return tears && sectors.some((list) => list.open) ? "tear" : undefined;
}

function inDirectory(directory: DirectoryVersions): DestructiveEffect | undefined {
  const lists = [...directory.names.values()];
  // The name that a rename leaves behind is no loss: the file bears the other name.
  if (
    lists.some((list) =>
      hasStep(
        list,
        (before, { value, twin }) =>
          before !== undefined && value === undefined && twin === undefined,
      ),
    )
  ) {
    return "unlink";
  }
  const replaces = lists.some((list) =>
    hasStep(list, (before, { value }) => before !== undefined && value !== undefined),
  );
  return replaces ? "replace" : undefined;
}

/** Whether one of the optional versions does this to the one before it. */
function hasStep<T>(
  list: VersionList<T>,
  does: (before: T, version: Version<T>) => boolean,
): boolean {
  let before = list.floor.value;
  for (const { event } of optionalVersions(list)) {
    const version = list.asOf(event);
    if (does(before, version)) {
      return true;
    }
    before = version.value;
  }
  return false;
}

/** True where a byte that was not zero becomes another. */
function alters(before: Sector, after: Sector): boolean {
  return (
    before !== undefined && before.some((byte, at) => byte !== 0 && byte !== (after?.[at] ?? 0))
  );
}
