// A trace with syncs taken out or put in: what would the disk have left, had the store synced otherwise?
import type { ChoiceClause, CrashChoice } from "../disk/crash-choice.ts";
import type { DiskEvent, DiskOperation, DiskTrace } from "../disk/disk-trace.ts";

/** An operation that makes other operations durable and changes nothing by itself. */
export type SyncOperation = Extract<
  DiskOperation,
  { kind: "fsync" | "fdatasync" | "fsync-directory" }
>;

/** True for what only makes durable. */
export function isSync(operation: DiskOperation): operation is SyncOperation {
  const { kind } = operation;
  return kind === "fsync" || kind === "fdatasync" || kind === "fsync-directory";
}

/** An edited trace, and how its events are numbered beside those of the trace it came from. */
export interface EditedTrace {
  readonly trace: DiskTrace;
  /** By the number of an event in the new trace: its number in the old one. */
  readonly original: readonly number[];
}

/** The trace without the operations that these events start; the other events keep their order. */
export function withoutOperations(trace: DiskTrace, starts: ReadonlySet<number>): EditedTrace {
  const original: number[] = [];
  const renumbered = new Map<number, number>();
  const events: DiskEvent[] = [];
  for (const [index, event] of trace.events.entries()) {
    const operation = event.kind === "end" ? event.start : index;
    if (starts.has(operation)) {
      continue;
    }
    renumbered.set(index, events.length);
    original.push(index);
    events.push(
      event.kind === "end" ? { ...event, start: renumbered.get(event.start) ?? -1 } : event,
    );
  }
  return { trace: { base: trace.base, events }, original };
}

/** The trace with these syncs, each of them done before event `before` comes. */
export function withSyncs(
  trace: DiskTrace,
  before: number,
  syncs: readonly SyncOperation[],
): DiskTrace {
  const shift = (event: number): number => shifted(event, before, syncs.length);
  const added = syncs.flatMap((operation, index): DiskEvent[] => [
    { kind: "start", operation },
    { kind: "end", start: before + 2 * index },
  ]);
  const moved = trace.events.map((event): DiskEvent => {
    return event.kind === "end" ? { ...event, start: shift(event.start) } : event;
  });
  return {
    base: trace.base,
    events: [...moved.slice(0, before), ...added, ...moved.slice(before)],
  };
}

/** The choice as it reads in a trace that `withSyncs` made with `count` syncs before event `before`. */
export function shiftChoice(choice: CrashChoice, before: number, count: number): CrashChoice {
  return {
    base: choice.base,
    clauses: choice.clauses.map((clause): ChoiceClause => {
      return clause.kind === "version" && typeof clause.version === "number"
        ? { ...clause, version: shifted(clause.version, before, count) }
        : clause;
    }),
  };
}

function shifted(event: number, before: number, count: number): number {
  return event < before ? event : event + 2 * count;
}
