// A planted bug: our log with one known mistake in it, and what convicts it.
import type { DiskOperation } from "../../harness/disk/disk-trace.ts";
import type { DeviceProfile } from "../../harness/disk/profile.ts";
import type { Operation } from "../../harness/workload.ts";
import type { WalOptions } from "../../wal/index.ts";
import type { LogMode } from "../wal-promise.ts";

/** One change of the log's source. `find` must stand in the file exactly once, or the build stops. */
export interface SourceEdit {
  /** The file's name within wal/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A disk that a power cut may leave, and the run that leads to it. */
export interface CrashStateProof {
  readonly kind: "crash-state";
  readonly operations: readonly Operation[];
  readonly options?: Omit<WalOptions, "mode">;
  /** What of the unsynced was kept: a choice as harness/disk prints it. */
  readonly keep: string;
  /** What the device promises; default `posix`. */
  readonly profile?: DeviceProfile["name"];
  /** The crash falls right after this operation's acknowledgement, or after the recovery's report. */
  readonly after: "last-acknowledgement" | "recovery";
  readonly guarantee: string;
}

/** A place in what the last step did to the disk: beside its first or last operation of a kind. */
export interface DiskPlace {
  readonly side: "before" | "after";
  readonly nth: "first" | "last";
  readonly operation: DiskOperation["kind"];
}

/** One thing that happens to the log's directory. A life and a recovery last until the next step. */
export type ChainStep =
  /** The log is opened and asked to do these. */
  | { readonly kind: "life"; readonly operations: readonly Operation[] }
  /** The process ends; the page cache stays. */
  | { readonly kind: "kill" }
  /** The power fails, by default after all that the last step did; `keep` is a crash choice. */
  | {
      readonly kind: "power";
      readonly keep: string;
      readonly at?: DiskPlace;
      readonly profile?: DeviceProfile["name"];
    }
  /** The log is read back, and what is found is judged. */
  | { readonly kind: "recover" };

/** Several lives or failures, one after another, on one directory. */
export interface ChainProof {
  readonly kind: "chain";
  readonly steps: readonly ChainStep[];
  readonly options?: Omit<WalOptions, "mode">;
  readonly guarantee: string;
}

/** A closed log whose bytes change at rest. */
export interface CorruptionProof {
  readonly kind: "corruption";
  readonly operations: readonly Operation[];
  readonly options?: Omit<WalOptions, "mode">;
  /** What became of the disk: a corruption as harness/disk prints it. */
  readonly change: string;
  readonly guarantee: string;
}

/** A disk, or the way to one, that convicts where kills do not. */
export type NamedProof = CrashStateProof | ChainProof | CorruptionProof;

/** Kills alone convict it. */
interface KillProof {
  readonly kind: "kill";
  /** The guarantees it is known to break; a conviction names at least one of them. */
  readonly guarantees: readonly string[];
}

/** Drawn trials of this fault convict it. */
interface DrawnProof {
  readonly kind: "drawn";
  readonly fault: "power" | "io-error";
  /** The guarantees it is known to break; a conviction names at least one of them. */
  readonly guarantees: readonly string[];
}

/** No crash shows it: a group waits for others where the sound log does not. */
interface DelayProof {
  readonly kind: "delay";
}

export interface PlantedBug {
  /** `planted/<name>` is its scenario. */
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly summary: string;
  /** Where the class was seen: what happened, and a citation. */
  readonly reference: string;
  /** The mode in which it shows. */
  readonly mode: LogMode;
  readonly edits: readonly SourceEdit[];
  readonly convictedBy: KillProof | DrawnProof | DelayProof | NamedProof;
}

/** The disks that a bug's proof names; undefined where it is convicted otherwise. */
export function namedProof({ convictedBy }: PlantedBug): NamedProof | undefined {
  switch (convictedBy.kind) {
    case "kill":
    case "drawn":
    case "delay":
      return undefined;
    case "crash-state":
    case "chain":
    case "corruption":
      return convictedBy;
  }
}
