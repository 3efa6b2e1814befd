// Device profiles: what a disk and its file system promise, as a table of named promises.
import { DiskError } from "./disk-error.ts";

/** What a profile promises; docs/crash-model.md has the table and its sources. */
export interface DeviceProfile {
  readonly name: "posix" | "ext4" | "alice" | "no-psow" | "lazy-fdatasync" | "kill" | "lying";
  /** Bytes that are written whole or not at all. */
  readonly unitBytes: 512 | 4096;
  /** True where a unit that is being written may lose what it held before, synced or not. */
  readonly tornUnitLosesOld: boolean;
  /** What space that was never synced may read as, beside its versions. */
  readonly neverSynced: readonly ("zeros" | "garbage" | "stale")[];
  /** How a file's size goes with its data: `apart` in any combination, or `together`. */
  readonly size: "apart" | "together";
  /** Names: each for itself, a prefix of all directory operations, or all of them kept. */
  readonly names: "each" | "prefix" | "all";
  /** False where the two halves of a rename may be kept apart. */
  readonly renameAtomic: boolean;
  /** Whether a file's fsync also binds directory operations, up to the last on that file. */
  readonly fileSyncBindsNames: boolean;
  /** False where fdatasync leaves out a size that no write made: that of fallocate, or of a longer ftruncate. */
  readonly dataSyncBindsAllocation: boolean;
  /** False where a sync binds nothing at all. */
  readonly syncsBind: boolean;
  /** False where findings are told and never set a verdict. */
  readonly setsVerdict: boolean;
}

const POSIX: DeviceProfile = {
  name: "posix",
  unitBytes: 512,
  tornUnitLosesOld: false,
  neverSynced: ["zeros", "garbage", "stale"],
  size: "apart",
  names: "each",
  renameAtomic: true,
  fileSyncBindsNames: false,
  dataSyncBindsAllocation: true,
  syncsBind: true,
  setsVerdict: true,
};

/** Every profile by its name. */
export const profiles: { readonly [name in DeviceProfile["name"]]: DeviceProfile } = {
  /** The default: nothing is promised but whole sectors, whole renames and honest syncs. */
  posix: POSIX,
  /** data=ordered: one journal for all names, blocks that read as zeros until they are written. */
  ext4: {
    ...POSIX,
    name: "ext4",
    unitBytes: 4096,
    neverSynced: ["zeros"],
    names: "prefix",
    fileSyncBindsNames: true,
  },
  /** A rename is an unlink and a link, as in the default model of ALICE. */
  alice: { ...POSIX, name: "alice", renameAtomic: false, setsVerdict: false },
  /** Without powersafe overwrite, SQLite's word: what is written may take its sector along. */
  "no-psow": { ...POSIX, name: "no-psow", tornUnitLosesOld: true, setsVerdict: false },
  /** fdatasync as file systems have had it wrong: space that was reserved needs one full fsync. */
  "lazy-fdatasync": {
    ...POSIX,
    name: "lazy-fdatasync",
    dataSyncBindsAllocation: false,
    setsVerdict: false,
  },
  /** The process dies and the machine does not: what was done is kept, what was under way may be. */
  kill: {
    ...POSIX,
    name: "kill",
    unitBytes: 4096,
    neverSynced: ["zeros"],
    size: "together",
    names: "all",
  },
  /** A drive that answers every sync and does none: the control that must be convicted. */
  lying: { ...POSIX, name: "lying", syncsBind: false },
};

/** The profile of a name; throws `bad-profile` for any other text. */
export function profileNamed(name: string): DeviceProfile {
  const profile = Object.values(profiles).find((each) => each.name === name);
  if (profile === undefined) {
    const known = Object.keys(profiles).join(", ");
    throw new DiskError("bad-profile", `There is no profile "${name}", but ${known}.`);
  }
  return profile;
}
