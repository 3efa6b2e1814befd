// Recoveries in this process, on disks in memory: of stores that use the storage port.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import { answeredLsns, performOperation } from "../perform-operation.ts";
import type { StoragePort } from "../storage-port.ts";
import { errorCode } from "../supervisor/error-code.ts";
import type { Operation } from "../workload.ts";
import type { FindingReader } from "./finding.ts";
import { recordLife } from "./recorded-life.ts";
import { openOn, type RecordedStore, recoverOn } from "./recorded-store.ts";
import type {
  LifeToWriteOn,
  RecordedRecovery,
  RecoveredState,
  StateRecoverer,
  WrittenOn,
} from "./state-recoverer.ts";

/** What a store is asked behind a recovery: that it can be written on. */
export const FOLLOW_UP: readonly Operation[] = [{ kind: "append", size: 40 }, { kind: "sync" }];

/** Recovers one state after the other. */
export class MemoryRecoverer implements StateRecoverer {
  readonly atOnce = 1;
  readonly asksInText = false;
  readonly #store: RecordedStore;

  constructor(store: RecordedStore) {
    this.#store = store;
  }

  followUp(): readonly Operation[] {
    return FOLLOW_UP;
  }

  async recover(visit: CrashVisit, reader: FindingReader): Promise<RecoveredState> {
    const store = this.#store;
    const disk = visit.disk();
    const recoverAgain: RecoveredState["recoverAgain"] = () =>
      reader.read(() => recoverOn(store, disk));
    return {
      findings: [await recoverAgain()],
      recoverAgain,
      writeOn: (life) => writeOn(store, disk, life),
      discard: () => undefined,
    };
  }

  async record(visit: CrashVisit, life: number, reader: FindingReader): Promise<RecordedRecovery> {
    const disk = visit.disk({ record: true });
    const finding = await reader.read(() => recoverOn(this.#store, disk));
    disk.mark({ kind: "recovered", life, outcome: finding.outcome() });
    return { kind: "recorded", trace: disk.trace };
  }

  /** Asked one after the other, however many were in flight before: each answer is to stand alone. */
  async recordLife(visit: CrashVisit, { workload, life }: LifeToWriteOn): Promise<DiskTrace> {
    const disk = visit.disk({ record: true });
    const alone = { ...workload, concurrency: 1 };
    await recordLife({
      store: this.#store,
      disk,
      workload: alone,
      life,
      ending: { kind: "power" },
    });
    return disk.trace;
  }
}

/** Opens the store, does the operations of the life, the workload's last, and closes it. */
export async function writeOn(
  store: RecordedStore,
  disk: StoragePort,
  { workload, life, operation: first }: LifeToWriteOn,
): Promise<WrittenOn> {
  const events: HistoryEvent[] = [{ kind: "open", life }];
  let operation = first;
  let opened = false;
  try {
    const open = await openOn(store, disk);
    opened = true;
    events.push({ kind: "opened", life });
    for (const asked of workload.lives[life] ?? []) {
      if (asked.kind === "reopen") break;
      if (asked.kind === "sync" && open.sync === undefined) break;
      events.push({ kind: "invoked", life, operation });
      const asking = { seed: workload.seed, operation };
      const lsns = answeredLsns(await performOperation(open, asked, asking));
      events.push({ kind: "acknowledged", life, operation, lsns });
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
