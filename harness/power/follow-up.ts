// What is asked of a store behind its first recovery: the same again, and that it can be written on.
import type { HistoryEvent } from "../history/history.ts";
import { answeredLsns, performOperation } from "../perform-operation.ts";
import type { StoragePort } from "../storage-port.ts";
import { errorCode } from "../supervisor/error-code.ts";
import type { Operation, Workload } from "../workload.ts";
import type { Finding, FindingReader } from "./finding.ts";
import type { LogCatalogue } from "./log-catalogue.ts";
import { openOn, type RecordedStore, recoverOn } from "./recorded-store.ts";

/** What a life that goes on after a recovery is asked to do. */
export const FOLLOW_UP: readonly Extract<Operation, { kind: "append" | "sync" }>[] = [
  { kind: "append", size: 40 },
  { kind: "sync" },
];

/** What happened behind the first recovery. */
export interface FollowUp {
  /** True where all went as it always does, so that no judge is needed. */
  readonly ordinary: boolean;
  /** The first recovery's own event left out. */
  events(): readonly HistoryEvent[];
}

/** What a follow-up needs to know. */
export interface FollowUpRequest {
  readonly store: RecordedStore;
  readonly disk: StoragePort;
  readonly reader: FindingReader;
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
  const { store, disk, reader, crashedLife, first } = request;
  const second = await reader.read(() => recoverOn(store, disk));
  const again = (): HistoryEvent => recovered(crashedLife, second);
  // A store that contradicts itself is convicted without writing on.
  if (second.text !== first.text || !first.found) {
    return { ordinary: false, events: () => [again()] };
  }
  const life = request.workload.lives.length - 1;
  const written = await writeOn(request, life);
  if (!written.done) return { ordinary: false, events: () => [again(), ...written.events] };
  const third = await reader.read(() => recoverOn(store, disk));
  return {
    ordinary: continues(request, third),
    events: () => [again(), ...written.events, recovered(life, third)],
  };
}

function recovered(life: number, finding: Finding): HistoryEvent {
  return { kind: "recovered", life, outcome: finding.outcome() };
}

/** What came of writing on. */
interface Written {
  readonly events: readonly HistoryEvent[];
  /** False where the store refused something. */
  readonly done: boolean;
}

/** Opens the store, does the follow-up's operations as this life, the workload's last, and closes it. */
export async function writeOn(
  request: Pick<FollowUpRequest, "store" | "disk" | "workload" | "catalogue" | "operation">,
  life: number,
): Promise<Written> {
  const { store, disk, workload, catalogue } = request;
  const events: HistoryEvent[] = [{ kind: "open", life }];
  let operation = request.operation;
  let opened = false;
  try {
    const open = await openOn(store, disk);
    opened = true;
    events.push({ kind: "opened", life });
    for (const asked of FOLLOW_UP) {
      if (asked.kind === "sync" && open.sync === undefined) break;
      events.push({ kind: "invoked", life, operation });
      const asking = { seed: workload.seed, operation };
      const lsns = answeredLsns(await performOperation(open, asked, asking));
      events.push({ kind: "acknowledged", life, operation, lsns });
      const index = catalogue.indexOf(operation, 0);
      if (index !== undefined && lsns[0] !== undefined) catalogue.teach(index, lsns[0]);
      operation += 1;
    }
    await open.close();
    events.push({ kind: "closed", life });
    return { events, done: true };
  } catch (error) {
    events.push(...failure(error, { life, operation, opened, last: events.at(-1) }));
    return { events, done: false };
  }
}

function failure(
  error: unknown,
  at: {
    readonly life: number;
    readonly operation: number;
    readonly opened: boolean;
    readonly last: HistoryEvent | undefined;
  },
): HistoryEvent[] {
  const { life, operation } = at;
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error) ?? "ERROR";
  if (!at.opened) return [{ kind: "open-failed", life, code, message }];
  // A close that fails has answered everything before it.
  return at.last?.kind === "invoked" ? [{ kind: "failed", life, operation, code, message }] : [];
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
