// Open items: the sectors, sizes and names of which a power cut may leave more than one version.
import type { ItemPart, VersionClause } from "../disk/crash-choice.ts";
import type { DiskVersions } from "../disk/disk-versions.ts";
import type { Inode } from "../disk/image.ts";
import type { InodeVersions } from "../disk/inode-versions.ts";
import { SECTOR_BYTES } from "../disk/sectors.ts";
import type { Version, VersionList } from "../disk/version-list.ts";

/** One thing on the disk by its place, as a clause of a crash choice names it. */
export interface OpenItem {
  readonly inode: Inode;
  readonly part: Extract<ItemPart, { kind: "name" | "sector" }> | { readonly kind: "size" };
  readonly list: VersionList<unknown>;
}

/** Everything that a crash has a choice in, by inode. */
export function openItems(versions: DiskVersions): readonly OpenItem[] {
  return [...versions.inodes]
    .flatMap(([inode, node]) => versionLists(inode, node))
    .filter(({ list }) => list.open);
}

/** All that one inode has versions of. */
export function versionLists(inode: Inode, node: InodeVersions): readonly OpenItem[] {
  return node.kind === "directory"
    ? Array.from(node.names, ([name, list]) => ({ inode, part: { kind: "name", name }, list }))
    : [
        { inode, part: { kind: "size" }, list: node.size },
        ...Array.from(
          node.sectors,
          ([index, list]): OpenItem => ({
            inode,
            part: { kind: "sector", offset: index * SECTOR_BYTES },
            list,
          }),
        ),
      ];
}

/** The versions above the floor, oldest first. */
export function optionalVersions(list: VersionList<unknown>): readonly Version<unknown>[] {
  return list.between(list.floor.event, Number.POSITIVE_INFINITY);
}

/** The clause that picks this version of the item. */
export function itemClause(
  { inode, part }: Pick<OpenItem, "inode" | "part">,
  version: VersionClause["version"],
): VersionClause {
  return { kind: "version", version, owner: { kind: "inode", inode }, part };
}
