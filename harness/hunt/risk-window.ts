// The risk window: what a power cut at each point of a trace would lose of what was acknowledged.
import { type CrashChoice, formatCrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { DiskVersions } from "../disk/disk-versions.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { RecoveryOutcome } from "../history/history.ts";
import {
  type CrashCase,
  CrashCourt,
  type RecoverableDisk,
  type VisitedState,
  type VisitStates,
} from "./crash-case.ts";
import { type DestructiveEffect, optionalDestruction } from "./destructive-effects.ts";
import { isSync } from "./edited-trace.ts";
import { type Loss, LossCounter } from "./loss.ts";

/**
 * Why the number is exact, or that it is not: every state was visited; or nothing optional takes
 * anything away and recovery was monotone in all samples, so that the floor is the worst; or some
 * state that was passed over may lose more.
 */
type RiskGrounds = "all-visited" | "floor-is-worst" | "at-least";

/** What the worst crash loses from this event on, until the next point of the series. */
interface RiskPoint {
  readonly at: number;
  /** The operation under way, or the last that was answered; none before the first. */
  readonly operation: number | undefined;
  readonly records: number;
  /** Payload bytes of the state that loses the most records. */
  readonly bytes: number;
  /** The state that does it, as `parseCrashChoice` reads it. */
  readonly choice: string;
  readonly grounds: RiskGrounds;
}

/** A window in one word: never open; opens and closes again; opens and stays open. */
type RiskShape = "flat" | "sawtooth" | "ramp";

/** The risk window of one trace: what an earlier kill took is not in it. Milliseconds are not in it: a trace has an order and no time. */
export interface RiskWindow {
  /** By event; one point where something changes. */
  readonly points: readonly RiskPoint[];
  /** The point that loses the most records. */
  readonly worst: RiskPoint | undefined;
  readonly shape: RiskShape;
  /** True where every point is exact. */
  readonly exact: boolean;
  /** The kinds of optional destructive effects that were met. */
  readonly destructive: readonly DestructiveEffect[];
  /** Recoveries in which "more kept, more found" was held against the floor's. */
  readonly monotoneSamples: number;
  /** A state that kept more than the floor and lost what the floor has, if one was met. */
  readonly notMonotone: { readonly at: number; readonly choice: string } | undefined;
}

/** Where the disks come from. */
export interface RiskSource {
  readonly visit: VisitStates;
  /** The disk with nothing but what a sync had bound. */
  floorAt(at: number): RecoverableDisk;
  /** The disk with all that was written. */
  newestAt(at: number): RecoverableDisk;
  /** Whether `visit` passes no state of this crash point over. */
  visitedAll(at: number): boolean;
}

const FLOOR: CrashChoice = { base: "floor", clauses: [] };

/** What the analysis knows of one crash point. */
interface Instant {
  readonly floor: Loss;
  readonly destructive: DestructiveEffect | undefined;
  worst: Loss;
  choice: CrashChoice;
}

/** Works the window out, with a recovery for each visited state and for each floor. */
export async function riskWindow(
  crashCase: CrashCase,
  trace: DiskTrace,
  source: RiskSource,
): Promise<RiskWindow> {
  const court = new CrashCourt(crashCase, trace);
  const losses = await LossCounter.of(crashCase, trace, (at) => source.newestAt(at));
  const instants = await floorLosses({ crashCase, trace, source, losses });
  let monotoneSamples = 0;
  let notMonotone: RiskWindow["notMonotone"];
  for (const state of source.visit(trace)) {
    const outcome = await crashCase.recover(state);
    const points = court.points(state);
    for (const [index, from] of points.entries()) {
      const to = (points[index + 1] ?? state.last + 1) - 1;
      const loss = losses.at(from, outcome);
      monotoneSamples += 1;
      if (!isWithin(loss, instants[from]?.floor)) {
        notMonotone ??= { at: from, choice: formatCrashChoice(state.choice()) };
      }
      raise(instants.slice(from, to + 1), loss, state);
    }
  }
  const isMonotone = notMonotone === undefined;
  const points = series(trace, instants, (instant, at) => {
    if (source.visitedAll(at)) {
      return "all-visited";
    }
    return isMonotone && instant.destructive === undefined ? "floor-is-worst" : "at-least";
  });
  return { ...summary(points), destructive: metEffects(instants), monotoneSamples, notMonotone };
}

/** The floor's loss at every crash point; the floor itself changes only where something is bound. */
async function floorLosses({
  crashCase,
  trace,
  source,
  losses,
}: {
  readonly crashCase: CrashCase;
  readonly trace: DiskTrace;
  readonly source: RiskSource;
  readonly losses: LossCounter;
}): Promise<Instant[]> {
  const versions = new DiskVersions(trace.base, crashCase.profile);
  const instants: Instant[] = [];
  let outcome: RecoveryOutcome | undefined;
  for (const [at, event] of trace.events.entries()) {
    versions.apply(event);
    const changed = outcome === undefined || mayBind(trace, at, crashCase.profile);
    if (outcome === undefined || changed) {
      outcome = await crashCase.recover(source.floorAt(at));
    }
    const before = instants.at(-1)?.floor;
    const same = before !== undefined && !changed && event.kind !== "mark";
    const floor = same ? before : losses.at(at, outcome);
    instants.push({
      floor,
      destructive: optionalDestruction(versions),
      worst: floor,
      choice: FLOOR,
    });
  }
  return instants;
}

/**
 * Whether this event may raise what every crash keeps. Where a process dies and the machine does not, all
 * that was done is kept at once.
 */
export function mayBind(trace: DiskTrace, at: number, profile: DeviceProfile): boolean {
  const event = trace.events[at];
  const start = event?.kind === "end" ? trace.events[event.start] : undefined;
  return start?.kind === "start" && (profile.names === "all" || isSync(start.operation));
}

function isWithin(loss: Loss, floor: Loss | undefined): boolean {
  return floor !== undefined && [...loss.missing].every((record) => floor.missing.has(record));
}

function raise(instants: readonly Instant[], loss: Loss, state: VisitedState): void {
  for (const instant of instants) {
    const { worst } = instant;
    const isWorse =
      loss.records > worst.records || (loss.records === worst.records && loss.bytes > worst.bytes);
    if (isWorse) {
      instant.worst = loss;
      instant.choice = state.choice();
    }
  }
}

function series(
  trace: DiskTrace,
  instants: readonly Instant[],
  groundsOf: (instant: Instant, at: number) => RiskGrounds,
): readonly RiskPoint[] {
  const points: RiskPoint[] = [];
  let operation: number | undefined;
  for (const [at, instant] of instants.entries()) {
    const event = trace.events[at];
    if (event?.kind === "mark" && "operation" in event.happened) {
      operation = event.happened.operation;
    }
    const { records, bytes } = instant.worst;
    const grounds = groundsOf(instant, at);
    const before = points.at(-1);
    const same =
      before?.operation === operation &&
      before?.records === records &&
      before.bytes === bytes &&
      before.grounds === grounds;
    if (!same) {
      const choice = formatCrashChoice(instant.choice);
      points.push({ at, operation, records, bytes, choice, grounds });
    }
  }
  return points;
}

function summary(
  points: readonly RiskPoint[],
): Pick<RiskWindow, "points" | "worst" | "shape" | "exact"> {
  const worst = points.reduce<RiskPoint | undefined>(
    (most, point) => (point.records > (most?.records ?? -1) ? point : most),
    undefined,
  );
  const exact = points.every(({ grounds }) => grounds !== "at-least");
  return { points, worst, shape: shapeOf(points), exact };
}

function shapeOf(points: readonly RiskPoint[]): RiskShape {
  const opened = points.findIndex(({ records }) => records > 0);
  if (opened === -1) {
    return "flat";
  }
  return points.slice(opened).some(({ records }) => records === 0) ? "sawtooth" : "ramp";
}

function metEffects(instants: readonly Instant[]): readonly DestructiveEffect[] {
  const met = instants.map(({ destructive }) => destructive);
  return [...new Set(met.filter((effect) => effect !== undefined))];
}
