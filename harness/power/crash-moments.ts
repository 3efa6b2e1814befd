// The moments of a trace at which a power cut is judged alike: between two marks nothing new is promised.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { CrashPoint, History, HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";

/** A stretch of crash points with one history. */
export interface CrashMoment {
  readonly number: number;
  /** Event indices of the trace, inclusive. */
  readonly first: number;
  readonly last: number;
  /** How many marks lie before it. */
  readonly marks: number;
  readonly point: CrashPoint;
  /** True after a recovery that was reported: until the store is opened the next finds the same. */
  readonly reported: boolean;
  /** True where by then an operation had failed or waited in vain, or the store could not be opened. */
  readonly refused: boolean;
  /** The greatest LSN acknowledged by then; -1 for none. */
  readonly highestLsn: number;
}

/** All moments of one trace, in order, and their histories. */
export class CrashMoments {
  readonly list: readonly CrashMoment[];
  readonly #workload: Workload;
  readonly #prior: readonly HistoryEvent[];
  readonly #marks: readonly HistoryEvent[];
  readonly #fault: string;
  readonly #byEvent: Int32Array;

  /** `prior` is what happened before the trace began; `fault` is the power cut's own text. */
  constructor(parts: {
    readonly workload: Workload;
    readonly prior: readonly HistoryEvent[];
    readonly trace: DiskTrace;
    readonly fault: string;
  }) {
    const { workload, prior, trace, fault } = parts;
    this.#workload = workload;
    this.#prior = prior;
    this.#fault = fault;
    this.#marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
    this.#byEvent = new Int32Array(trace.events.length).fill(-1);
    this.list = this.#split(trace);
  }

  /** The moment of this crash point; undefined before the first life. */
  at(event: number): CrashMoment | undefined {
    return this.list[this.#byEvent[event] ?? -1];
  }

  /** The first crash point that belongs to a moment. */
  get firstEvent(): number {
    return this.list[0]?.first ?? this.#byEvent.length;
  }

  /** Operations of a life may be in flight together. */
  get overlap(): boolean {
    return (this.#workload.concurrency ?? 1) > 1;
  }

  /** All that happened up to the power cut, it included. */
  eventsThrough(moment: CrashMoment): readonly HistoryEvent[] {
    const events = [...this.#prior, ...this.#marks.slice(0, moment.marks)];
    const life = events.at(-1)?.life ?? 0;
    return [...events, { kind: "crash", life, fault: this.#fault, point: moment.point }];
  }

  /** The history of a crash at this moment, and of what came after it. */
  history(moment: CrashMoment, after: readonly HistoryEvent[]): History {
    return { workload: this.#workload, events: [...this.eventsThrough(moment), ...after] };
  }

  #split(trace: DiskTrace): readonly CrashMoment[] {
    const moments: CrashMoment[] = [];
    const progress = new Progress();
    for (const event of this.#prior) progress.follow(event);
    let first = 0;
    let marks = 0;
    const end = (last: number): void => {
      if (last < first || progress.point === undefined) return;
      const { point, reported, refused, highestLsn } = progress;
      const number = moments.length;
      this.#byEvent.fill(number, first, last + 1);
      moments.push({ number, first, last, marks, point, reported, refused, highestLsn });
    };
    for (const [index, event] of trace.events.entries()) {
      if (event.kind !== "mark") continue;
      end(index - 1);
      progress.follow(event.happened);
      first = index;
      marks += 1;
    }
    end(trace.events.length - 1);
    return moments;
  }
}

/** How far the lives have come. */
class Progress {
  /** Where a crash would fall now; undefined before the first life. */
  point: CrashPoint | undefined;
  reported = false;
  refused = false;
  highestLsn = -1;
  /** What was asked and not answered, the oldest first. */
  readonly #inFlight = new Set<number>();

  follow(event: HistoryEvent): void {
    switch (event.kind) {
      case "open":
        this.#inFlight.clear();
        this.point = { during: "open" };
        this.reported = false;
        return;
      case "opened":
        this.point = { during: "idle" };
        return;
      case "invoked":
        this.#inFlight.add(event.operation);
        this.point = this.#atWork();
        return;
      case "acknowledged":
        this.highestLsn = Math.max(this.highestLsn, ...event.lsns);
        this.#inFlight.delete(event.operation);
        this.point = this.#atWork();
        return;
      case "failed":
        this.refused = true;
        this.#inFlight.delete(event.operation);
        this.point = this.#atWork();
        return;
      case "open-failed":
        this.refused = true;
        this.point = { during: "recovery" };
        return;
      case "closed":
        this.point = { during: "idle" };
        return;
      case "crash":
        this.point = { during: "recovery" };
        return;
      case "recovered":
        this.reported = event.outcome.kind === "found";
        this.refused ||= event.outcome.kind !== "found";
        this.point = { during: "recovery" };
        return;
      case "stalled":
        this.refused = true;
        return;
      case "io-error":
        return;
    }
  }

  #atWork(): CrashPoint {
    const [operation] = this.#inFlight;
    return operation === undefined
      ? { during: "idle" }
      : { during: "operation", operation, rotation: false };
  }
}
