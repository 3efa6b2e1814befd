// A planted bug: our log with one known mistake in it, and what convicts it.
import type { Operation } from "../../harness/workload.ts";
import type { SyncMode, WalOptions } from "../../wal/index.ts";

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
  /** The crash falls right after this operation's acknowledgement, or after the recovery's report. */
  readonly after: "last-acknowledgement" | "recovery";
  readonly guarantee: string;
}

/** Kills alone convict it. */
interface KillProof {
  readonly kind: "kill";
  /** The guarantees it is known to break; a conviction names at least one of them. */
  readonly guarantees: readonly string[];
}

export interface PlantedBug {
  /** `planted/<name>` is its scenario. */
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly summary: string;
  /** Where the class was seen: what happened, and a citation. */
  readonly reference: string;
  /** The mode in which it shows. */
  readonly mode: SyncMode;
  readonly edits: readonly SourceEdit[];
  readonly convictedBy: KillProof | CrashStateProof;
}
