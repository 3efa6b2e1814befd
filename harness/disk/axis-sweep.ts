// The sweep: goes through the crash points of a trace in order and keeps the open axes.
import type { Axis } from "./axis.ts";
import { CrashFrame, isOpen } from "./crash-frame.ts";

/** Which axes change at which event; made once for a trace. */
export class AxisCalendar {
  readonly #changes = new Map<number, Set<Axis>>();

  constructor(axes: readonly Axis[]) {
    for (const axis of axes) {
      const spans = axis.alternatives.flatMap(({ from, until }) => [from, until]);
      for (const event of [...axis.events.slice(1), ...axis.until, ...spans]) {
        if (Number.isFinite(event)) {
          this.#changes.set(event, (this.#changes.get(event) ?? new Set()).add(axis));
        }
      }
    }
  }

  /** What begins or stops being legal at this event. */
  changes(event: number): ReadonlySet<Axis> {
    return this.#changes.get(event) ?? NONE;
  }
}

const NONE: ReadonlySet<Axis> = new Set();

/** A place in the trace; it starts before the first event and goes forward. */
export class AxisSweep {
  readonly #calendar: AxisCalendar;
  readonly #open = new Set<Axis>();
  #changed: ReadonlySet<Axis> = NONE;
  #at = -1;

  constructor(calendar: AxisCalendar) {
    this.#calendar = calendar;
  }

  get at(): number {
    return this.#at;
  }

  /** Goes on by one event; returns the axes that changed. */
  next(): ReadonlySet<Axis> {
    this.#at += 1;
    const changes = this.#calendar.changes(this.#at);
    this.#changed = changes;
    for (const axis of changes) {
      if (isOpen(axis, this.#at)) {
        this.#open.add(axis);
      } else {
        this.#open.delete(axis);
      }
    }
    return changes;
  }

  frame(): CrashFrame {
    return new CrashFrame(this.#at, this.#open, this.#changed);
  }
}
