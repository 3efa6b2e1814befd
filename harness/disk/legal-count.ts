// Counts the states that are legal at each crash point of a trace: ways to choose, not contents.
import type { Axis } from "./axis.ts";
import { type AxisCalendar, AxisSweep } from "./axis-sweep.ts";
import { CrashFrame, type FrameState, isOpen, legalAlternatives } from "./crash-frame.ts";

/** Beyond so many steps, what hangs together is counted in part, so that the count is a lower bound. */
const STEPS_MAX = 100_000;

/** Goes forward through a trace; asking for an earlier point begins anew. */
export class LegalCount {
  readonly #calendar: AxisCalendar;
  #sweep: AxisSweep;
  readonly #factors = new Map<Axis, bigint>();
  readonly #linked = new Set<Axis>();
  #apart = 1n;
  #together = 1n;

  constructor(calendar: AxisCalendar) {
    this.#calendar = calendar;
    this.#sweep = new AxisSweep(calendar);
  }

  /** How many states are legal right after event `at`. */
  at(at: number): bigint {
    if (at < this.#sweep.at) {
      this.#restart();
    }
    let isLinkedChanged = false;
    while (this.#sweep.at < at) {
      for (const axis of this.#sweep.next()) {
        isLinkedChanged = this.#change(axis) || isLinkedChanged;
      }
    }
    if (isLinkedChanged) {
      this.#together = countLinked(new CrashFrame(at, this.#linked));
    }
    return this.#apart * this.#together;
  }

  #restart(): void {
    this.#sweep = new AxisSweep(this.#calendar);
    this.#factors.clear();
    this.#linked.clear();
    this.#apart = 1n;
    this.#together = 1n;
  }

  /** Returns true for an axis that hangs together with others. */
  #change(axis: Axis): boolean {
    const { at } = this.#sweep;
    if (axis.requires.size + axis.requiredBy.size > 0) {
      if (isOpen(axis, at)) {
        this.#linked.add(axis);
      } else {
        this.#linked.delete(axis);
      }
      return true;
    }
    const versions = axis.newestAt(at) - axis.floorAt(at) + 1;
    const factor = BigInt(versions + legalAlternatives(axis, at).length);
    this.#apart = (this.#apart / (this.#factors.get(axis) ?? 1n)) * factor;
    this.#factors.set(axis, factor);
    return false;
  }
}

interface Counting {
  readonly frame: CrashFrame;
  steps: number;
}

/** A range for each slot. */
interface Ranges {
  readonly low: FrameState;
  readonly high: FrameState;
}

function countLinked(frame: CrashFrame): bigint {
  const counting = { frame, steps: 0 };
  return countParts(counting, [...frame.open.keys()], { low: frame.floor, high: frame.newest });
}

/** Slots that do not hang together within the ranges are counted apart. */
function countParts(counting: Counting, slots: readonly number[], ranges: Ranges): bigint {
  let count = 1n;
  const waiting = new Set(slots);
  for (const slot of slots) {
    if (waiting.delete(slot)) {
      const part = [slot];
      for (const member of part) {
        for (const other of neighbours(counting.frame, member, ranges)) {
          if (waiting.delete(other)) {
            part.push(other);
          }
        }
      }
      count *= countPart(counting, part, ranges);
    }
  }
  return count;
}

function countPart(counting: Counting, slots: readonly number[], ranges: Ranges): bigint {
  const { frame } = counting;
  const [first] = slots;
  if (first === undefined) {
    return 1n;
  }
  const { low, high } = ranges;
  if (slots.length === 1) {
    return BigInt((high[first] ?? 0) - (low[first] ?? 0) + 1);
  }
  // The slot that most hang on: once it is fixed, they come apart.
  const degrees = slots.map((slot) => neighbours(frame, slot, ranges).length);
  const hub = slots[degrees.indexOf(Math.max(...degrees))] ?? first;
  const rest = slots.filter((slot) => slot !== hub);
  let count = 0n;
  for (let version = low[hub] ?? 0; version <= (high[hub] ?? 0); version += 1) {
    counting.steps += slots.length;
    if (counting.steps > STEPS_MAX) {
      // One there always is: a count of none would take those of the other parts along.
      return count > 0n ? count : 1n;
    }
    const fixed = { low: low.slice(), high: high.slice() };
    frame.raise(fixed.low, hub, version);
    frame.lower(fixed.high, hub, version);
    count += countParts(counting, rest, fixed);
  }
  return count;
}

/** The slots whose range depends on what this one's value is. */
function neighbours(frame: CrashFrame, slot: number, { low, high }: Ranges): readonly number[] {
  const axis = frame.open[slot];
  const isChoice = (at: number | undefined, version: number): at is number =>
    at !== undefined && (low[at] ?? 0) < version && version <= (high[at] ?? 0);
  const found = new Set<number>();
  for (const links of [axis?.requires, axis?.requiredBy]) {
    for (const [version, others] of links ?? []) {
      for (const other of isChoice(slot, version) ? others : []) {
        const neighbour = frame.slot(other.axis);
        if (isChoice(neighbour, other.version)) {
          found.add(neighbour);
        }
      }
    }
  }
  return [...found];
}
