// The workload of a history that goes on behind a recovery: the lives that wrote on belong to it.
import type { HistoryEvent } from "../history/history.ts";
import { FOLLOW_UP } from "../power/memory-recoverer.ts";
import { firstOperation, type Operation, type Workload } from "../workload.ts";

/**
 * A life more than the workload has wrote on behind a recovery, and one more behind a crash of that. How many
 * operations a life had is told by the first of the life behind it.
 */
export function withWrittenOn(workload: Workload, events: readonly HistoryEvent[]): Workload {
  let longer = workload;
  const last = events.reduce((most, { life }) => Math.max(most, life), 0);
  for (let life = workload.lives.length; life <= last; life += 1) {
    const next = firstInvoked(events, life + 1);
    const count = next === undefined ? FOLLOW_UP.length : next - firstOperation(longer, life);
    const operations = FOLLOW_UP.slice(0, Math.max(0, count)).map((each) =>
      asAsked(each, workload),
    );
    longer = { ...longer, lives: [...longer.lives, operations] };
  }
  return longer;
}

function firstInvoked(events: readonly HistoryEvent[], life: number): number | undefined {
  const later = events.find((event) => event.kind === "invoked" && event.life >= life);
  return later?.kind === "invoked" ? later.operation : undefined;
}

/** A store that was never asked to append is asked for batches. */
function asAsked(operation: Operation, { lives }: Workload): Operation {
  const kinds = new Set(lives.flat().map(({ kind }) => kind));
  const batches = kinds.has("batch") && !kinds.has("append");
  return batches && operation.kind === "append"
    ? { kind: "batch", sizes: [operation.size] }
    : operation;
}
