// The loss of one crash: which acknowledged records its recovery did not give back.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { History, RecoveryOutcome } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import { payloadSizes } from "../workload.ts";
import { type CrashCase, CrashCourt, type RecoverableDisk } from "./crash-case.ts";

/** Acknowledged records that are gone; those that a truncation may take are not among them. */
export interface Loss {
  /** Each as `operation.item`. */
  readonly missing: ReadonlySet<string>;
  readonly records: number;
  /** Of their payloads. */
  readonly bytes: number;
}

const NO_RECORDS: ReadonlySet<string> = new Set();
const NOTHING: Loss = { missing: NO_RECORDS, records: 0, bytes: 0 };

/** The disk with all that was written by this event, synced or not. */
export type NewestDisk = (at: number) => RecoverableDisk;

/** From this event on: all that kills have taken. */
interface Taken {
  readonly from: number;
  readonly records: ReadonlySet<string>;
}

/** Counts what recoveries after power cuts along one trace did not give back. */
export class LossCounter {
  readonly #case: CrashCase;
  readonly #court: CrashCourt;
  /** An entry a kill, in their order. */
  readonly #taken: readonly Taken[];

  private constructor(crashCase: CrashCase, court: CrashCourt, taken: readonly Taken[]) {
    this.#case = crashCase;
    this.#court = court;
    this.#taken = taken;
  }

  /** Recovers the disk of each kill first: what a process took along is no later crash's loss. */
  static async of(
    crashCase: CrashCase,
    trace: DiskTrace,
    newestAt: NewestDisk,
  ): Promise<LossCounter> {
    const court = new CrashCourt(crashCase, trace);
    const taken: Taken[] = [];
    for (const [at, event] of trace.events.entries()) {
      if (event.kind !== "mark" || event.happened.kind !== "crash") continue;
      const counter = new LossCounter(crashCase, court, taken);
      const { missing } = counter.at(at, await crashCase.recover(newestAt(at)));
      const before = taken.at(-1)?.records ?? NO_RECORDS;
      taken.push({ from: at, records: new Set([...before, ...missing]) });
    }
    return new LossCounter(crashCase, court, taken);
  }

  /** What is lost where the power fails right behind an event. A recovery that fails loses all. */
  at(event: number, outcome: RecoveryOutcome): Loss {
    const found = outcome.kind === "found" ? outcome : ({ kind: "found", records: [] } as const);
    const history = this.#court.history(event, found);
    const taken = this.#taken.findLast(({ from }) => from <= event)?.records ?? NO_RECORDS;
    return history === undefined ? NOTHING : lastLoss(history, this.#case, taken);
  }
}

function lastLoss(
  history: History,
  { workload, promise }: CrashCase,
  taken: ReadonlySet<string>,
): Loss {
  const report = readHistory(history, promise).reports.at(-1);
  const operations = workload.lives.flat();
  const missing = new Set<string>();
  let bytes = 0;
  for (const { record, present, truncated } of report?.expected ?? []) {
    const name = `${record.operation}.${record.item}`;
    const isGone = record.outcome === "acknowledged" && !present && !truncated;
    if (isGone && !taken.has(name)) {
      missing.add(name);
      const operation = operations[record.operation];
      bytes += operation === undefined ? 0 : (payloadSizes(operation)[record.item] ?? 0);
    }
  }
  return { missing, records: missing.size, bytes };
}
