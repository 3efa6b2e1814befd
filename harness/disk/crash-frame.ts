// A crash frame: the axes that are open at one crash point, and how far each may go.
import type { Axis } from "./axis.ts";

/** A value for each open axis of a frame, by slot: a version, or below 0 an alternative. */
export type FrameState = Int32Array;

const KIND_ORDER = { name: 0, size: 1, data: 2 } as const;

/** Open axes have a number in the frame, their slot: names first, then sizes, then data. */
export class CrashFrame {
  /** The crash comes right after this event. */
  readonly at: number;
  readonly open: readonly Axis[];
  readonly floor: FrameState;
  readonly newest: FrameState;
  /** The alternatives that are legal, as values. */
  readonly alternatives: readonly (readonly number[])[];
  /**
   * True where something is new in every state: a version that was durable as it came, as where a failed
   * sync takes the page cache back.
   */
  readonly replaced: boolean;
  /** The slots that have new values at this event. */
  readonly fresh: readonly number[];
  readonly #slots: ReadonlyMap<Axis, number>;

  /** `changed` are the axes that change at this event. */
  constructor(at: number, open: Iterable<Axis>, changed: Iterable<Axis> = []) {
    this.at = at;
    this.replaced = [...changed].some((axis) => axis.events[axis.floorAt(at)] === at);
    this.open = [...open].sort((left, right) => KIND_ORDER[left.kind] - KIND_ORDER[right.kind]);
    this.#slots = new Map(this.open.map((axis, slot) => [axis, slot]));
    this.floor = Int32Array.from(this.open, (axis) => axis.floorAt(at));
    this.newest = Int32Array.from(this.open, (axis) => axis.newestAt(at));
    this.alternatives = this.open.map((axis) => legalAlternatives(axis, at));
    this.fresh = [...this.open.keys()].filter((slot) =>
      [this.newest[slot] ?? 0, ...(this.alternatives[slot] ?? [])].some((value) =>
        this.isNew(slot, value),
      ),
    );
  }

  slot(axis: Axis): number | undefined {
    return this.#slots.get(axis);
  }

  /** What a state picks of an axis, which need not be open. */
  value(axis: Axis, state: FrameState): number {
    const slot = this.#slots.get(axis);
    return slot === undefined ? axis.floorAt(this.at) : (state[slot] ?? 0);
  }

  /** Values that no state before this event could have. */
  isNew(slot: number, value: number): boolean {
    const axis = this.open[slot];
    return value < 0
      ? axis?.alternatives[-1 - value]?.from === this.at
      : axis?.events[value] === this.at;
  }

  /** True where a state holds something new. */
  isFresh(state: FrameState): boolean {
    for (const slot of this.fresh) {
      if (this.isNew(slot, state[slot] ?? 0)) {
        return true;
      }
    }
    return false;
  }

  /** Raises a slot to a version at least, and what that version needs. */
  raise(values: FrameState, slot: number, version: number): void {
    const before = values[slot] ?? 0;
    if (before < version) {
      values[slot] = version;
      for (const [needing, links] of this.open[slot]?.requires ?? []) {
        if (needing <= version) {
          for (const other of links) {
            this.#raiseLinked(values, other.axis, other.version);
          }
        }
      }
    }
  }

  /** Lowers a slot to a version at most, and what needs more. */
  lower(values: FrameState, slot: number, version: number): void {
    const before = values[slot] ?? 0;
    if (before > version) {
      values[slot] = version;
      for (const [needed, links] of this.open[slot]?.requiredBy ?? []) {
        if (needed > version && needed <= before) {
          for (const other of links) {
            this.#lowerLinked(values, other.axis, other.version - 1);
          }
        }
      }
    }
  }

  #raiseLinked(values: FrameState, axis: Axis, version: number): void {
    const slot = this.#slots.get(axis);
    if (slot !== undefined) {
      this.raise(values, slot, version);
    }
  }

  #lowerLinked(values: FrameState, axis: Axis, version: number): void {
    const slot = this.#slots.get(axis);
    if (slot !== undefined) {
      this.lower(values, slot, version);
    }
  }
}

/** True where a crash after event `at` has a choice. */
export function isOpen(axis: Axis, at: number): boolean {
  return axis.floorAt(at) < axis.newestAt(at) || legalAlternatives(axis, at).length > 0;
}

/** The alternatives that are legal after event `at`, as values. */
export function legalAlternatives(axis: Axis, at: number): readonly number[] {
  return axis.alternatives.flatMap(({ from, until }, index) =>
    from <= at && at < until ? [-1 - index] : [],
  );
}
