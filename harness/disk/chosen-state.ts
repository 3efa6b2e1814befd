// What a crash choice picks of a trace's versions: clause by clause, to a crash state.
import {
  type CrashChoice,
  formatChoiceClause,
  type ItemOwner,
  type ItemPart,
  type VersionClause,
} from "./crash-choice.ts";
import { CrashState } from "./crash-state.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskVersions } from "./disk-versions.ts";
import type { DirectoryVersions, FileVersions, InodeVersions } from "./inode-versions.ts";
import { SECTOR_BYTES } from "./sectors.ts";
import { requireWithinFile, type StaleSector, staleSectors } from "./stale-sector.ts";
import type { VersionList } from "./version-list.ts";

/** The version of everything that a choice picks; throws `bad-choice` for what it cannot have. */
export function chosenState(versions: DiskVersions, choice: CrashChoice): CrashState {
  const state = new CrashState(choice.base);
  const stale: StaleSector[] = [];
  for (const clause of choice.clauses) {
    switch (clause.kind) {
      case "version":
        for (const list of clauseLists(versions, clause)) {
          state.pick(list, clause.version);
        }
        break;
      case "stale":
      case "garbage":
        for (const sector of staleSectors(clause, {
          targets: owned(versions, clause.owner),
          sources: clause.kind === "stale" ? owned(versions, clause.source) : [],
          profile: versions.profile,
        })) {
          state.leaveStale(sector.list, sector.bytes);
          stale.push(sector);
        }
        break;
    }
  }
  // Only now are the sizes known.
  for (const sector of stale) {
    requireWithinFile(sector, state);
  }
  return state;
}

/** What a clause is about. One that names something must find it, lest it be lost in silence. */
function clauseLists(
  versions: DiskVersions,
  clause: VersionClause,
): readonly VersionList<unknown>[] {
  const found = owned(versions, clause.owner)
    .map((node) => partLists(node, clause.part))
    .filter((lists) => lists !== undefined);
  const isNamed =
    clause.owner !== null || clause.part.kind === "name" || clause.part.kind === "sector";
  if (isNamed && found.length === 0) {
    const text = formatChoiceClause(clause);
    throw new DiskError("bad-choice", `Nothing in the trace by then matches: ${text}.`);
  }
  return found.flat();
}

/** What an owner names, as far as the trace has it by then. */
function owned(versions: DiskVersions, owner: ItemOwner | null): readonly InodeVersions[] {
  if (owner === null) {
    return [...versions.inodes.values()];
  }
  const inodes = owner.kind === "inode" ? [owner.inode] : versions.bearers(owner.name);
  return Array.from(inodes, (inode) => versions.inodes.get(inode)).filter(
    (node) => node !== undefined,
  );
}

/** The lists that a part names in an inode; `undefined` where the inode has no such part. */
function partLists(
  node: InodeVersions,
  part: ItemPart,
): readonly VersionList<unknown>[] | undefined {
  return node.kind === "file" ? fileLists(node, part) : nameLists(node, part);
}

function fileLists(file: FileVersions, part: ItemPart): ReturnType<typeof partLists> {
  switch (part.kind) {
    case "size":
      return [file.size];
    case "data":
      return [...file.sectors.values()];
    case "sector":
      return listed(file.sectors.get(part.offset / SECTOR_BYTES));
    case "names":
    case "name":
      return undefined;
  }
}

function nameLists(directory: DirectoryVersions, part: ItemPart): ReturnType<typeof partLists> {
  switch (part.kind) {
    case "names":
      return [...directory.names.values()];
    case "name":
      return listed(directory.names.get(part.name));
    case "size":
    case "data":
    case "sector":
      return undefined;
  }
}

function listed(list: VersionList<unknown> | undefined): ReturnType<typeof partLists> {
  return list === undefined ? undefined : [list];
}
