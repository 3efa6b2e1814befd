// What a sector that was never synced may hold: another file's bytes, or any (crash-image.ts, 13).
import { formatChoiceClause, type GarbageClause, type StaleClause } from "./crash-choice.ts";
import type { CrashState } from "./crash-state.ts";
import { DiskError } from "./disk-error.ts";
import { garbageSector } from "./garbage-sector.ts";
import type { FileVersions, InodeVersions } from "./inode-versions.ts";
import type { DeviceProfile } from "./profile.ts";
import { SECTOR_BYTES, type Sector } from "./sectors.ts";
import type { VersionList } from "./version-list.ts";

/** A sector, in which file, and the bytes that it is to hold in place of a version. */
export interface StaleSector {
  readonly clause: StaleClause | GarbageClause;
  readonly file: FileVersions;
  readonly list: VersionList<Sector>;
  readonly bytes: Uint8Array;
}

/** Whom a clause names, as far as the trace has them by then. */
export interface StaleOwners {
  readonly targets: readonly InodeVersions[];
  readonly sources: readonly InodeVersions[];
  readonly profile: DeviceProfile;
}

/**
 * The sector in every target that has it. Throws `bad-choice` where there is none, where one of them
 * was synced, and where the sources have no bytes there or not the same.
 */
export function staleSectors(
  clause: StaleClause | GarbageClause,
  owners: StaleOwners,
): readonly StaleSector[] {
  const index = clause.offset / SECTOR_BYTES;
  const { profile } = owners;
  if (!profile.neverSynced.includes(clause.kind)) {
    throw refused(clause, `the profile ${profile.name} has no such bytes`);
  }
  const bytes =
    clause.kind === "stale"
      ? sourceBytes(clause, owners.sources)
      : garbageSector(clause.seed, clause.offset);
  const found = owners.targets.filter(isFile).flatMap((file): StaleSector[] => {
    const list = file.sectors.get(index);
    return list === undefined ? [] : [{ clause, file, list, bytes }];
  });
  if (found.length === 0) {
    throw refused(clause, "nothing was written there by then");
  }
  const mayTear = clause.kind === "garbage" && profile.tornUnitLosesOld;
  if (found.some((sector) => wasSynced(sector) && !(mayTear && sector.list.open))) {
    throw refused(clause, "what was ever synced holds one of its versions");
  }
  return found;
}

/** Throws `bad-choice` where the file as it survives ends before the sector. */
export function requireWithinFile({ clause, file }: StaleSector, state: CrashState): void {
  if (clause.offset >= state.value(file.size)) {
    throw refused(clause, "the file that survives ends before it");
  }
}

function sourceBytes(clause: StaleClause, sources: readonly InodeVersions[]): Uint8Array {
  const [bytes, ...others] = sources
    .filter(isFile)
    .map((file) => file.sectorAsOf(clause.offset / SECTOR_BYTES, clause.asOf))
    .filter((sector) => sector !== undefined);
  if (bytes === undefined) {
    throw refused(clause, "the source has nothing there");
  }
  if (others.some((other) => Buffer.compare(bytes, other) !== 0)) {
    throw refused(clause, "the source is several files that differ there");
  }
  return bytes;
}

/** A version was bound, or a size that reaches into the sector, as the base's does where it had bytes. */
function wasSynced({ clause, file, list }: StaleSector): boolean {
  return list.floor.event >= 0 || clause.offset < file.size.floor.value;
}

function isFile(node: InodeVersions): node is FileVersions {
  return node.kind === "file";
}

function refused(clause: StaleClause | GarbageClause, reason: string): DiskError {
  return new DiskError("bad-choice", `Refused "${formatChoiceClause(clause)}": ${reason}.`);
}
