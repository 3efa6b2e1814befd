// The risk window of one life that only appends: the same as harness/hunt/risk-window.ts, in linear time.
//
// There, each crash point has a history of its own that is read from the beginning. Here records are
// only ever acknowledged, never taken back, so between two syncs the loss grows by one at each answer:
// only where something is bound is a disk recovered.

import { floorImage } from "../disk/crash-image.ts";
import { CrashSpace } from "../disk/crash-space.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import { MemoryDisk } from "../disk/memory-disk.ts";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { optionalDestruction } from "../hunt/destructive-effects.ts";
import { mayBind } from "../hunt/risk-window.ts";
import { payload, readTag } from "../payload.ts";
import { type RecordedStore, recoverOn } from "../power/recorded-store.ts";
import type { StoragePort } from "../storage-port.ts";

/** The trace of a life whose operation n, from 0, appends the n-th payload of this seed and size. */
export interface AppendLife {
  readonly store: RecordedStore;
  readonly trace: DiskTrace;
  readonly seed: number;
  readonly recordBytes: number;
}

/** What the worst crash loses from this event on. */
export interface WindowLevel {
  readonly at: number;
  readonly records: number;
  /** Which of the answers, counted from 0 in their order, is the first that would be lost. */
  readonly firstLost: number | undefined;
}

export interface AppendWindow {
  /** One level an event at which it changes, from the first event. */
  readonly levels: readonly WindowLevel[];
  /** Events of the answers, in their order. */
  readonly answers: readonly number[];
  /**
   * True where the barest disk is the worst: nothing optional takes anything away, and of the disks that
   * were visited none lost what the barest one has.
   */
  readonly exact: boolean;
  /** Recoveries that were held against those of the barest disks. */
  readonly samples: number;
}

/** How many other disks are recovered to see that more kept is never less found. */
export interface SampleLimits {
  readonly seed: number;
  readonly statesMax: number;
}

/** A crash point at which the barest disk changes, and the operations that it gives back. */
interface Floor {
  readonly at: number;
  readonly found: ReadonlySet<number>;
}

/** Answers in their order, with their events. */
interface Answer {
  readonly at: number;
  readonly operation: number;
}

/** @throws what the store's recovery throws other than by refusing, DiskError where the trace is none */
export async function appendWindow(
  life: AppendLife,
  profile: DeviceProfile,
  limits: SampleLimits,
): Promise<AppendWindow> {
  const { trace } = life;
  const answers = trace.events.flatMap((event, at): Answer[] =>
    event.kind === "mark" && event.happened.kind === "acknowledged"
      ? [{ at, operation: event.happened.operation }]
      : [],
  );
  const floors = await recoverFloors(life, profile);
  const levels = levelsOf(answers, floors);
  const sampled = await sampleOthers({ life, profile, limits, floors, answers });
  const exact = sampled.worse.length === 0 && !takesAway(trace, profile);
  return {
    levels: sampled.worse.reduce(raise, levels),
    answers: answers.map(({ at }) => at),
    exact,
    samples: sampled.samples,
  };
}

async function recoverFloors(life: AppendLife, profile: DeviceProfile): Promise<readonly Floor[]> {
  const { trace } = life;
  const versions = new DiskVersions(trace.base, profile);
  const floors: Floor[] = [];
  for (const [at, event] of trace.events.entries()) {
    versions.apply(event);
    if (at > 0 && !mayBind(trace, at, profile)) continue;
    floors.push({ at, found: await recovered(life, new MemoryDisk(floorImage(versions))) });
  }
  return floors;
}

/** The operations whose records a recovery gives back whole; none where it refuses. */
async function recovered(life: AppendLife, disk: StoragePort): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  try {
    for await (const value of await recoverOn(life.store, disk)) {
      const operation = readTag(value.payload)?.operation;
      if (operation === undefined) continue;
      const asked = payload(life.seed, { operation, item: 0 }, life.recordBytes);
      if (Buffer.compare(asked, value.payload) === 0) found.add(operation);
    }
  } catch (error) {
    // The store refuses this disk: then nothing on it is found.
    if (!(error instanceof Error)) throw error;
    return new Set();
  }
  return found;
}

function levelsOf(answers: readonly Answer[], floors: readonly Floor[]): readonly WindowLevel[] {
  const levels: WindowLevel[] = [];
  let answered = 0;
  for (const [index, { at: from, found }] of floors.entries()) {
    const until = floors[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    let records = 0;
    let firstLost: number | undefined;
    const lose = (place: number): void => {
      if (found.has(answers[place]?.operation ?? -1)) return;
      firstLost ??= place;
      records += 1;
    };
    for (let place = 0; place < answered; place += 1) lose(place);
    push(levels, { at: from, records, firstLost });
    for (let next = answers[answered]; next !== undefined && next.at < until; ) {
      lose(answered);
      push(levels, { at: next.at, records, firstLost });
      answered += 1;
      next = answers[answered];
    }
  }
  return levels;
}

function push(levels: WindowLevel[], level: WindowLevel): void {
  const before = levels.at(-1);
  const same = before?.records === level.records && before.firstLost === level.firstLost;
  if (!same) levels.push(level);
}

/**
 * Whether anything that a crash may keep or lose takes something away. On a disk whose syncs bind nothing all
 * steps that any crash point has are optional at the end, so what is not there is nowhere.
 */
function takesAway(trace: DiskTrace, profile: DeviceProfile): boolean {
  const unbound: DeviceProfile = { ...profiles.lying, tornUnitLosesOld: profile.tornUnitLosesOld };
  const all = versionsAfter(trace, trace.events.length - 1, unbound);
  if (optionalDestruction(all) === undefined) return false;
  const versions = new DiskVersions(trace.base, profile);
  return trace.events.some((event) => {
    versions.apply(event);
    return event.kind === "start" && optionalDestruction(versions) !== undefined;
  });
}

/** A disk that loses what the barest one has, where it is legal. */
interface WorseDisk {
  readonly first: number;
  readonly last: number;
  readonly answers: readonly Answer[];
  readonly found: ReadonlySet<number>;
}

async function sampleOthers({
  life,
  profile,
  limits,
  floors,
  answers,
}: {
  readonly life: AppendLife;
  readonly profile: DeviceProfile;
  readonly limits: SampleLimits;
  readonly floors: readonly Floor[];
  readonly answers: readonly Answer[];
}): Promise<{ readonly samples: number; readonly worse: readonly WorseDisk[] }> {
  const worse: WorseDisk[] = [];
  let samples = 0;
  const space = new CrashSpace(life.trace, profile);
  for (const visit of space.visit({ ...limits, exhaustiveMax: 0 })) {
    const found = await recovered(life, visit.disk());
    samples += 1;
    // Of the points at which the disk is legal the last has the highest floor.
    const floor = floors.findLast(({ at }) => at <= visit.last)?.found ?? new Set();
    const keepsAll = [...floor].every((operation) => found.has(operation));
    if (!keepsAll) worse.push({ first: visit.first, last: visit.last, answers, found });
  }
  return { samples, worse };
}

/** The levels, at least what this disk loses where it is legal. */
function raise(levels: readonly WindowLevel[], disk: WorseDisk): readonly WindowLevel[] {
  const raised: WindowLevel[] = [];
  for (const at of changes(levels, disk)) {
    const level = levels.findLast((each) => each.at <= at);
    if (level === undefined) continue;
    const isLegal = at >= disk.first && at <= disk.last;
    const other = isLegal ? lossOf(disk, at) : level;
    push(raised, other.records > level.records ? other : { ...level, at });
  }
  return raised;
}

function changes(levels: readonly WindowLevel[], disk: WorseDisk): readonly number[] {
  const answered = disk.answers.map(({ at }) => at).filter((at) => at <= disk.last);
  const all = [...levels.map(({ at }) => at), ...answered, disk.first, disk.last + 1];
  return [...new Set(all)].sort((one, other) => one - other);
}

function lossOf({ answers, found }: WorseDisk, at: number): WindowLevel {
  const lost = [...answers.keys()].filter((place) => {
    const answer = answers[place];
    return answer !== undefined && answer.at <= at && !found.has(answer.operation);
  });
  return { at, records: lost.length, firstLost: lost[0] };
}
