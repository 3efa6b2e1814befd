// The smallest crash choice that still breaks a promise, said from the side that takes fewer words.

import { chosenState } from "../disk/chosen-state.ts";
import type { ChoiceClause, CrashChoice } from "../disk/crash-choice.ts";
import type { CrashState } from "../disk/crash-state.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { fewestParts } from "./fewest-parts.ts";
import { itemClause, type OpenItem, openItems, optionalVersions } from "./open-items.ts";

/** Tells whether the disk of this choice, at this crash point, breaks a promise. */
export type Breaks = (at: number, choice: CrashChoice) => Promise<boolean>;

/** The choice to make smaller, and where the power fails. */
export interface ChoiceToShrink {
  readonly trace: DiskTrace;
  readonly profile: DeviceProfile;
  readonly at: number;
  readonly choice: CrashChoice;
}

/**
 * The fewest versions set back from the newest that break the promise; or the fewest kept over the
 * floor, where they are fewer. The choice itself where neither can say it.
 */
export async function smallestChoice(from: ChoiceToShrink, breaks: Breaks): Promise<CrashChoice> {
  const lost = await smallestFrom("newest", from, breaks);
  const kept = await smallestFrom("floor", from, breaks);
  if (lost === undefined) {
    return kept ?? from.choice;
  }
  // That the floor breaks says little: what of it must be lost says more.
  const keepsFewer = kept !== undefined && kept.clauses.length > 0;
  return keepsFewer && kept.clauses.length < lost.clauses.length ? kept : lost;
}

async function smallestFrom(
  base: CrashChoice["base"],
  { trace, profile, at, choice }: ChoiceToShrink,
  breaks: Breaks,
): Promise<CrashChoice | undefined> {
  const works = (clauses: readonly ChoiceClause[]): Promise<boolean> =>
    breaks(at, { base, clauses });
  const picked = pickedClauses(base, versionsAfter(trace, at, profile), choice);
  const foreign = choice.clauses.filter(({ kind }) => kind !== "version");
  // What is lost says more than garbage that stands in its place.
  const clauses =
    (await fewestParts(picked, works)) ?? (await fewestParts([...picked, ...foreign], works));
  return clauses && { base, clauses };
}

/** The versions that the choice picks otherwise than the base does, one clause a thing. */
function pickedClauses(
  base: CrashChoice["base"],
  versions: DiskVersions,
  choice: CrashChoice,
): readonly ChoiceClause[] {
  const state = chosenState(versions, choice);
  return openItems(versions).flatMap((item): ChoiceClause[] => {
    const version = pickedVersion(item, state);
    return version === base ? [] : [itemClause(item, version)];
  });
}

/** Where versions are equal, any of them will do: the last is taken. */
function pickedVersion({ list }: OpenItem, state: CrashState): "floor" | "newest" | number {
  const value = state.value(list);
  if (list.newest.value === value) {
    return "newest";
  }
  return optionalVersions(list).findLast((version) => version.value === value)?.event ?? "floor";
}
