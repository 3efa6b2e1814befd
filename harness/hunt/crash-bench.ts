// A bench for crash states: builds the disk of a choice, recovers from it, and says what broke.

import { chosenState } from "../disk/chosen-state.ts";
import type { CrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import type { CrashState } from "../disk/crash-state.ts";
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import { type DiskImage, imageHash } from "../disk/image.ts";
import type { VersionList } from "../disk/version-list.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import type { History, RecoveryOutcome } from "../history/history.ts";
import { type CrashCase, CrashCourt } from "./crash-case.ts";
import { openItems, optionalVersions } from "./open-items.ts";
import { diskOf } from "./recoverable-image.ts";

/** Recoveries of one bench at most; a choice that would need one more counts as one that holds. */
const RECOVERIES_MAX = 2000;

/** Tries choices on one trace; equal disks are recovered once. */
export class CrashBench {
  readonly #case: CrashCase;
  readonly #trace: DiskTrace;
  readonly #court: CrashCourt;
  readonly #outcomes = new Map<string, RecoveryOutcome>();

  constructor(crashCase: CrashCase, trace: DiskTrace) {
    this.#case = crashCase;
    this.#trace = trace;
    this.#court = new CrashCourt(crashCase, trace);
  }

  async breaks(at: number, choice: CrashChoice): Promise<boolean> {
    return (await this.violation(at, choice)) !== undefined;
  }

  /** The heaviest promise that this disk breaks; none for a choice that the trace cannot have. */
  async violation(at: number, choice: CrashChoice): Promise<Violation | undefined> {
    const outcome = await this.#outcome(at, choice);
    return outcome && this.#court.violation(at, outcome);
  }

  /** What a trial of this crash would tell; none for a choice that the trace cannot have. */
  async history(at: number, choice: CrashChoice): Promise<History | undefined> {
    const outcome = await this.#outcome(at, choice);
    return outcome && this.#court.history(at, outcome);
  }

  /** A hash of the disk; `undefined` where no crash there can leave it. */
  hash(at: number, choice: CrashChoice): string | undefined {
    const image = this.#image(at, choice);
    return image && imageHash(image);
  }

  async #outcome(at: number, choice: CrashChoice): Promise<RecoveryOutcome | undefined> {
    const image = this.#image(at, choice);
    if (image === undefined) {
      return undefined;
    }
    const hash = imageHash(image);
    const known = this.#outcomes.get(hash);
    if (known !== undefined || this.#outcomes.size >= RECOVERIES_MAX) {
      return known;
    }
    const outcome = await this.#case.recover(diskOf(image));
    this.#outcomes.set(hash, outcome);
    return outcome;
  }

  #image(at: number, choice: CrashChoice): DiskImage | undefined {
    const { profile } = this.#case;
    try {
      return keepsOrder(versionsAfter(this.#trace, at, profile), choice)
        ? crashImage(this.#trace, { at, keep: choice, profile })
        : undefined;
    } catch (error) {
      if (error instanceof DiskError && error.code === "bad-choice") {
        return undefined;
      }
      throw error;
    }
  }
}

/** Whether the choice keeps the names up to one event, where the device promises that. */
function keepsOrder(versions: DiskVersions, choice: CrashChoice): boolean {
  if (versions.profile.names === "each") {
    return true;
  }
  const state = chosenState(versions, choice);
  const names = openItems(versions).filter(({ part }) => part.kind === "name");
  const kept = names.map(({ list }) => pickedEvent(list, state));
  const last = Math.max(-1, ...kept);
  return names.every(({ list }) => list.asOf(last).value === state.value(list));
}

function pickedEvent(list: VersionList<unknown>, state: CrashState): number {
  const value = state.value(list);
  return optionalVersions(list).find((version) => version.value === value)?.event ?? -1;
}
