// The remedy: the sync that a violation shows to be missing, tried by adding it to the trace.

import { chosenState } from "../disk/chosen-state.ts";
import type { CrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import type { Inode } from "../disk/image.ts";
import { CrashBench } from "./crash-bench.ts";
import type { CrashCase } from "./crash-case.ts";
import { type SyncOperation, shiftChoice, withSyncs } from "./edited-trace.ts";
import { eventWords, syncWords } from "./event-words.ts";
import { namesAfter } from "./inode-names.ts";
import { openItems } from "./open-items.ts";

/** Files and directories for which a sync is tried, at most. */
const CANDIDATES_MAX = 32;

/** Syncs with which the crash state that broke a promise can no longer be left. */
export interface Remedy {
  readonly syncs: readonly SyncOperation[];
  /** They come right before this event. */
  readonly before: number;
  /** `an fsync of the directory store before the acknowledgement of append 9`. */
  readonly text: string;
}

/** A disk that breaks a promise, at the earliest crash point at which it does. */
export interface BreakingState {
  readonly crashCase: CrashCase;
  readonly trace: DiskTrace;
  readonly at: number;
  readonly choice: CrashChoice;
}

/** One sync that prevents it, or all of those tried where it takes more than one. */
export async function findRemedy(state: BreakingState): Promise<Remedy | undefined> {
  const { trace, at, choice, crashCase } = state;
  const syncs = lostInodes(versionsAfter(trace, at, crashCase.profile), choice)
    .slice(0, CANDIDATES_MAX)
    .map(syncOf);
  const trials = [...syncs.map((sync) => [sync]), ...(syncs.length > 1 ? [syncs] : [])];
  const names = namesAfter(trace, at);
  const before = remedyPlace(trace, at);
  for (const trial of trials) {
    if (await prevents(state, trial)) {
      const words = trial.map(({ kind, inode }) => syncWords(kind, names.nameOf(inode)));
      const when = eventWords(trace, before, crashCase.workload);
      return { syncs: trial, before, text: `${words.join(" and ")} before ${when}` };
    }
  }
  return undefined;
}

interface LostInode {
  readonly inode: Inode;
  readonly kind: "file" | "directory";
}

/** The files and directories of which the choice loses something. */
function lostInodes(versions: DiskVersions, choice: CrashChoice): readonly LostInode[] {
  const state = chosenState(versions, choice);
  const isForeign = choice.clauses.some(({ kind }) => kind !== "version");
  const lost = new Map<Inode, LostInode>();
  for (const { inode, part, list } of openItems(versions)) {
    if (isForeign || state.value(list) !== list.newest.value) {
      lost.set(inode, { inode, kind: part.kind === "name" ? "directory" : "file" });
    }
  }
  return [...lost.values()];
}

function syncOf({ inode, kind }: LostInode): SyncOperation {
  return { kind: kind === "file" ? "fdatasync" : "fsync-directory", inode };
}

/** What breaks at the end of a sync is mended before it starts. */
function remedyPlace(trace: DiskTrace, at: number): number {
  const event = trace.events[at];
  return event?.kind === "end" ? event.start : at;
}

/** True where the same choice now comes to another disk, or to none, and nothing breaks. */
async function prevents(
  { crashCase, trace, at, choice }: BreakingState,
  syncs: readonly SyncOperation[],
): Promise<boolean> {
  const place = remedyPlace(trace, at);
  const bench = new CrashBench(crashCase, withSyncs(trace, place, syncs));
  const shifted = shiftChoice(choice, place, syncs.length);
  const before = new CrashBench(crashCase, trace).hash(at, choice);
  const cut = at + 2 * syncs.length;
  return bench.hash(cut, shifted) !== before && !(await bench.breaks(cut, shifted));
}
