// The crash space: all disks that a power cut somewhere in a trace may leave under a device profile.
//
// A state is visited at the first crash point that can leave it, with the interval of points that
// can. So a point adds only the states that hold something of its own event. Where a point was not
// visited in full, a later sync raises the floor and its neighbourhood is visited again.

import { stream } from "../seed.ts";
import { axesOf } from "./axes.ts";
import { AxisCalendar, AxisSweep } from "./axis-sweep.ts";
import { CrashContent } from "./crash-content.ts";
import { type CrashPointOptions, CrashPointVisitor } from "./crash-point-visitor.ts";
import type { CrashVisit } from "./crash-visit.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { versionsAfter } from "./disk-versions.ts";
import { LegalCount } from "./legal-count.ts";
import type { DeviceProfile } from "./profile.ts";

export type { CrashVisit } from "./crash-visit.ts";

/** How a crash space is visited. */
export interface VisitOptions {
  /** Of the sampled states, and of the garbage. */
  readonly seed: number;
  /**
   * The most states that are visited, shared among the crash points that have new ones; where there
   * are more of those, a part of them is left out, evenly.
   */
  readonly statesMax: number;
  /** A crash point with at most this many new states has all of them visited. */
  readonly exhaustiveMax: number;
  /** The crash points, as numbers of events, both included; default all of the trace. */
  readonly from?: number;
  readonly to?: number;
  /** Where not each crash point gets a state, those from this one on get half of the states. */
  readonly turn?: number;
}

/** Built once for a trace; its memory is in proportion to the trace and does not grow with visits. */
export class CrashSpace {
  readonly #eventCount: number;
  readonly #calendar: AxisCalendar;
  readonly #content: CrashContent;
  readonly #legal: LegalCount;
  /** How many crash points up to each have states of their own or raise a floor. */
  readonly #busy: readonly number[];

  /** Throws `bad-trace` where no disk can have seen the trace. */
  constructor(trace: DiskTrace, profile: DeviceProfile) {
    const versions = versionsAfter(trace, trace.events.length - 1, profile);
    const axes = axesOf(versions);
    this.#eventCount = trace.events.length;
    this.#calendar = new AxisCalendar(axes);
    this.#content = new CrashContent(versions, axes);
    this.#legal = new LegalCount(this.#calendar);
    let busy = 0;
    this.#busy = trace.events.map((_, event) => {
      busy += this.#calendar.changes(event).size > 0 ? 1 : 0;
      return busy;
    });
  }

  /**
   * How many states are legal right after event `at`, as ways to choose: some come to one content.
   * A lower bound where more renames hang together than can be counted.
   */
  legalAt(at: number): bigint {
    this.#require(at);
    return this.#legal.at(at);
  }

  /** Goes through the states; two of one key are one disk. Throws `bad-crash-point`. */
  *visit(options: VisitOptions): Generator<CrashVisit> {
    const { from = 0, to = this.#eventCount - 1, turn = from, statesMax } = options;
    if (this.#eventCount === 0 || to < from) {
      return;
    }
    this.#require(from);
    this.#require(to);
    if (turn <= from || turn > to || statesMax >= this.#busyIn(from, to)) {
      yield* this.#visitPart({ ...options, from, to });
      return;
    }
    const half = Math.floor(statesMax / 2);
    yield* this.#visitPart({ ...options, from, to: turn - 1, statesMax: half });
    yield* this.#visitPart({ ...options, from: turn, to, statesMax: statesMax - half });
  }

  *#visitPart(part: VisitOptions & CrashPointOptions): Generator<CrashVisit> {
    const { from, to, seed } = part;
    const sweep = new AxisSweep(this.#calendar);
    const visiting = new CrashPointVisitor(this.#content, part);
    let left = part.statesMax;
    // Of more points than states each has its share of one, and is visited when that is full.
    let credit = stream(seed, "crash points").unit();
    while (sweep.at < to && left > 0) {
      const changes = sweep.next();
      if (sweep.at !== from && (sweep.at < from || changes.size === 0)) continue;
      const share = left / this.#busyIn(sweep.at, to);
      credit += Math.min(1, share);
      if (credit < 1 && sweep.at !== from) {
        visiting.leaveOut();
        continue;
      }
      credit = Math.max(0, credit - 1);
      for (const visit of visiting.point(sweep.frame(), Math.ceil(share))) {
        left -= 1;
        yield visit;
      }
    }
  }

  #busyIn(from: number, to: number): number {
    const before = this.#busy[from - 1] ?? 0;
    return Math.max(1, (this.#busy[to] ?? before) - before);
  }

  #require(at: number): void {
    if (!Number.isInteger(at) || at < 0 || at >= this.#eventCount) {
      const message = `There is no event #${at}: the trace has ${this.#eventCount} events.`;
      throw new DiskError("bad-crash-point", message);
    }
  }
}
