// What is asked of a store behind its first recovery: the same again, and that it can be written on.
import type { HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";
import type { Finding } from "./finding.ts";
import type { LogCatalogue } from "./log-catalogue.ts";
import type { RecoveredState } from "./state-recoverer.ts";

/** What happened behind the first recovery. */
export interface FollowUp {
  /** True where all went as it always does, so that no judge is needed. */
  readonly ordinary: boolean;
  /** The first recovery's own event left out. */
  events(): readonly HistoryEvent[];
}

/** What a follow-up needs to know. */
export interface FollowUpRequest {
  readonly state: RecoveredState;
  readonly catalogue: LogCatalogue;
  /** With the life that writes on as its last. */
  readonly workload: Workload;
  /** The life that the crash ended. */
  readonly crashedLife: number;
  /** The number of the first operation that is written on. */
  readonly operation: number;
  readonly first: Finding;
  /** The greatest LSN that was acknowledged before the crash. */
  readonly highestLsn: number;
}

/** Recovers once more; then opens, appends, syncs, closes and recovers. */
export async function followUp(request: FollowUpRequest): Promise<FollowUp> {
  const { state, workload, operation, crashedLife, first } = request;
  const second = await state.recoverAgain();
  const again = (): HistoryEvent => recovered(crashedLife, second);
  // A store that contradicts itself is convicted without writing on.
  if (second.text !== first.text || !first.found) {
    return { ordinary: false, events: () => [again()] };
  }
  const life = workload.lives.length - 1;
  const written = await state.writeOn({ workload, life, operation });
  teach(request.catalogue, operation, written.events);
  if (!written.done) return { ordinary: false, events: () => [again(), ...written.events] };
  const third = await state.recoverAgain();
  return {
    ordinary: continues(request, third),
    events: () => [again(), ...written.events, recovered(life, third)],
  };
}

function recovered(life: number, finding: Finding): HistoryEvent {
  return { kind: "recovered", life, outcome: finding.outcome() };
}

/** The new record's LSN is another one on each disk. */
function teach(catalogue: LogCatalogue, first: number, events: readonly HistoryEvent[]): void {
  for (const event of events) {
    if (event.kind !== "acknowledged" || event.operation !== first) continue;
    const index = catalogue.indexOf(first, 0);
    const [lsn] = event.lsns;
    if (index !== undefined && lsn !== undefined) catalogue.teach(index, lsn);
  }
}

/** The first finding and the new record behind it, with a greater LSN than all before. */
function continues(request: FollowUpRequest, third: Finding): boolean {
  const { catalogue, first, operation, highestLsn } = request;
  const index = catalogue.indexOf(operation, 0);
  if (index === undefined || first.runs === undefined || third.runs === undefined) return false;
  const last = first.runs.at(-1);
  const joined = last !== undefined && last.last + 1 === index;
  const own = { first: joined ? last.first : index, last: index };
  const runs = [...(joined ? first.runs.slice(0, -1) : first.runs), own];
  const text = runs.map((run) => `${run.first}-${run.last}`).join(",");
  const newest = Math.max(highestLsn, last === undefined ? -1 : (catalogue.lsn(last.last) ?? -1));
  const lsn = catalogue.lsn(index);
  return third.text === text && (lsn === undefined || lsn > newest);
}
