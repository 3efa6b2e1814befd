// The risk window of one life that only appends: the same as harness/hunt/risk-window.ts, in far less time.
//
// There, each crash point has a history of its own that is read from the beginning. Here records are
// only ever acknowledged, never taken back, so the loss grows by one at each answer, and a disk is recovered
// only where it can change the loss: where something is bound while records are at risk, or before an answer.
import { floorImage } from "../disk/crash-image.ts";
import { CrashSpace } from "../disk/crash-space.ts";
import type { DiskOperation, DiskTrace } from "../disk/disk-trace.ts";
import { DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import { MemoryDisk } from "../disk/memory-disk.ts";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { PAGE_BYTES } from "../disk/sectors.ts";
import { optionalDestruction } from "../hunt/destructive-effects.ts";
import { mayBind } from "../hunt/risk-window.ts";
import type { AppendRecoverer } from "./append-recoverer.ts";

/** A recorded life of single appends, of which the n-th is operation n. */
export interface AppendLife {
  readonly recoverer: AppendRecoverer;
  readonly trace: DiskTrace;
}

/** What the worst crash loses from this event on. */
interface WindowLevel {
  readonly at: number;
  readonly records: number;
  /** Which of the answers, counted from 0 in their order, is the first that would be lost. */
  readonly firstLost: number | undefined;
}

export interface AppendWindow {
  /**
   * A level for each event at which it changes, from the first event. The pages of one write count
   * together: before the last of them the level is that of before the write.
   */
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

/** What the barest disk gave back when it was recovered last. */
interface Floor {
  readonly at: number;
  readonly found: ReadonlySet<number>;
}

interface Answer {
  readonly at: number;
  readonly operation: number;
}

/** Works the window out. @throws DiskError where the trace is none */
export async function appendWindow(
  life: AppendLife,
  profile: DeviceProfile,
  limits: SampleLimits,
): Promise<AppendWindow> {
  const walk = new FloorWalk(life, profile);
  await walk.run();
  const { levels, answers, floors } = walk;
  let raised: readonly WindowLevel[] = levels;
  let samples = 0;
  let isMonotone = true;
  for (const visit of new CrashSpace(life.trace, profile).visit({ ...limits, exhaustiveMax: 0 })) {
    const found = await life.recoverer.found(visit.disk());
    samples += 1;
    const { first, last } = visit;
    const disk = { first, last, end: life.trace.events.length, answers, found };
    if (!losesMore(disk, floors)) continue;
    isMonotone = false;
    raised = raise(raised, disk);
  }
  return {
    levels: raised,
    answers: answers.map(({ at }) => at),
    exact: isMonotone && !takesAway(life.trace, profile),
    samples,
  };
}

/** Goes through the events with the barest disk. */
class FloorWalk {
  readonly levels: WindowLevel[] = [];
  readonly answers: Answer[] = [];
  readonly floors: Floor[] = [];
  readonly #life: AppendLife;
  readonly #profile: DeviceProfile;
  readonly #versions: DiskVersions;
  #found: ReadonlySet<number> = new Set();
  /** Something was bound since the last recovery. */
  #isStale = true;
  #records = 0;
  #firstLost: number | undefined;

  constructor(life: AppendLife, profile: DeviceProfile) {
    this.#life = life;
    this.#profile = profile;
    this.#versions = new DiskVersions(life.trace.base, profile);
  }

  async run(): Promise<void> {
    const { trace } = this.#life;
    for (const [at, event] of trace.events.entries()) {
      this.#versions.apply(event);
      if (at === 0 || (mayBind(trace, at, this.#profile) && !goesOn(trace, at))) {
        this.#isStale = true;
        if (this.#records > 0) await this.#recover(at);
      }
      if (event.kind === "mark" && event.happened.kind === "acknowledged") {
        await this.#answer({ at, operation: event.happened.operation });
      }
      push(this.levels, { at, records: this.#records, firstLost: this.#firstLost });
    }
  }

  async #answer(answer: Answer): Promise<void> {
    this.answers.push(answer);
    if (this.#isStale) await this.#recover(answer.at);
    else this.#lose(this.answers.length - 1);
  }

  async #recover(at: number): Promise<void> {
    this.#found = await this.#life.recoverer.found(new MemoryDisk(floorImage(this.#versions)));
    this.#isStale = false;
    this.floors.push({ at, found: this.#found });
    this.#records = 0;
    this.#firstLost = undefined;
    for (const place of this.answers.keys()) this.#lose(place);
  }

  #lose(place: number): void {
    if (this.#found.has(this.answers[place]?.operation ?? -1)) return;
    this.#firstLost ??= place;
    this.#records += 1;
  }
}

/**
 * Whether the write that ends here goes on in the next event, at a page's end: another page of the same
 * call. Of a further call that begins just there the same is taken, which makes the window close later.
 */
function goesOn({ events }: DiskTrace, at: number): boolean {
  const event = events[at];
  const ended = event?.kind === "end" ? operationAt(events[event.start]) : undefined;
  const next = operationAt(events[at + 1]);
  return (
    ended?.kind === "write" &&
    next?.kind === "write" &&
    ended.inode === next.inode &&
    ended.offset + ended.bytes.length === next.offset &&
    next.offset % PAGE_BYTES === 0
  );
}

function operationAt(event: DiskTrace["events"][number] | undefined): DiskOperation | undefined {
  return event?.kind === "start" ? event.operation : undefined;
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

/** A disk that is no barest one, and where it is legal. */
interface OtherDisk {
  readonly first: number;
  readonly last: number;
  /** The number of all events. */
  readonly end: number;
  readonly answers: readonly Answer[];
  readonly found: ReadonlySet<number>;
}

/** Whether it loses, anywhere it is legal, what was answered and the barest disk there has. */
function losesMore({ first, last, answers, found }: OtherDisk, floors: readonly Floor[]): boolean {
  const within = floors.filter(({ at }) => at > first && at <= last);
  const before = floors.findLast(({ at }) => at <= first);
  return [...(before === undefined ? [] : [before]), ...within].some((floor) =>
    answers.some(
      ({ at, operation }) => at <= last && floor.found.has(operation) && !found.has(operation),
    ),
  );
}

/** The levels, at least what this disk loses where it is legal. */
function raise(levels: readonly WindowLevel[], disk: OtherDisk): readonly WindowLevel[] {
  const answered = disk.answers.map(({ at }) => at).filter((at) => at <= disk.last);
  const all = new Set([...levels.map(({ at }) => at), ...answered, disk.first, disk.last + 1]);
  const raised: WindowLevel[] = [];
  for (const at of [...all].filter((each) => each < disk.end).sort((one, two) => one - two)) {
    const level = levels.findLast((each) => each.at <= at);
    if (level === undefined) continue;
    const isLegal = at >= disk.first && at <= disk.last;
    const other = isLegal ? lossOf(disk, at) : level;
    push(raised, other.records > level.records ? other : { ...level, at });
  }
  return raised;
}

function lossOf({ answers, found }: OtherDisk, at: number): WindowLevel {
  const lost = [...answers.keys()].filter((place) => {
    const answer = answers[place];
    return answer !== undefined && answer.at <= at && !found.has(answer.operation);
  });
  return { at, records: lost.length, firstLost: lost[0] };
}
