// One life of a recorded chain: opened, worked and ended in this process, each step marked in the trace.
import type { CallSite } from "../disk/nth-call.ts";
import type { RecordingDisk } from "../disk/recording-disk.ts";
import type { CrashPoint, HistoryEvent } from "../history/history.ts";
import { answeredLsns, performOperation, type StoreAnswer } from "../perform-operation.ts";
import type { StoragePort } from "../storage-port.ts";
import type { OpenStore } from "../subject.ts";
import { errorCode } from "../supervisor/error-code.ts";
import { firstOperation, type Operation, type Workload } from "../workload.ts";
import type { LifeEnding } from "./chain-plan.ts";
import { type MortalStorage, mortalStorage } from "./mortal-storage.ts";
import { openOn, type RecordedStore } from "./recorded-store.ts";

/** What one life is made of. */
export interface LifeToRecord {
  readonly store: RecordedStore;
  readonly disk: RecordingDisk;
  readonly workload: Workload;
  readonly life: number;
  readonly ending: LifeEnding;
  /** What the store works on, where that is not the disk itself but one that fails in between. */
  readonly port?: FailingPort;
}

/** A disk of which a call fails; opening the store again is when what failed for good is mended. */
export interface FailingPort {
  readonly storage: StoragePort;
  mend(): void;
}

/** Lives it; where it ends by a power cut, the trace just stops. */
export async function recordLife(life: LifeToRecord): Promise<void> {
  await new LifeRun(life).run();
}

class LifeRun {
  readonly #of: LifeToRecord;
  readonly #process: MortalStorage;
  #point: CrashPoint = { during: "open" };

  constructor(of: LifeToRecord) {
    this.#of = of;
    const { ending } = of;
    this.#process = mortalStorage(
      of.port?.storage ?? of.disk,
      ending.kind === "call" ? { ...ending, told: (site) => this.#die(site) } : undefined,
    );
  }

  async run(): Promise<void> {
    // A dead process answers nobody, so its promises may stay open for ever.
    await Promise.race([this.#work(), this.#process.killed]);
    this.#process.kill();
    this.#of.disk.crash();
  }

  async #work(): Promise<void> {
    const { life, workload, ending } = this.#of;
    this.#mark({ kind: "open", life });
    const opened = await this.#open();
    if (opened === undefined) return;
    let store = opened;
    this.#mark({ kind: "opened", life });
    this.#point = { during: "idle" };
    let operation = firstOperation(workload, life);
    for (const asked of workload.lives[life] ?? []) {
      store = await this.#perform(store, asked, operation);
      operation += 1;
    }
    if (ending.kind === "close") await this.#close(store);
    if (ending.kind === "idle" || ending.kind === "call") this.#die(undefined);
  }

  async #open(): Promise<OpenStore | undefined> {
    try {
      return await openOn(this.#of.store, this.#process.storage);
    } catch (error) {
      this.#mark({ kind: "open-failed", life: this.#of.life, ...failure(error) });
      return undefined;
    }
  }

  async #perform(store: OpenStore, asked: Operation, operation: number): Promise<OpenStore> {
    const { life, workload } = this.#of;
    this.#mark({ kind: "invoked", life, operation });
    this.#point = { during: "operation", operation, rotation: false };
    let next = store;
    try {
      let answer: StoreAnswer;
      if (asked.kind === "reopen") {
        await store.close();
        this.#of.port?.mend();
        next = await openOn(this.#of.store, this.#process.storage);
      } else {
        answer = await performOperation(store, asked, { seed: workload.seed, operation });
      }
      this.#mark({ kind: "acknowledged", life, operation, lsns: answeredLsns(answer) });
    } catch (error) {
      this.#mark({ kind: "failed", life, operation, ...failure(error) });
    }
    this.#point = { during: "idle" };
    return next;
  }

  async #close(store: OpenStore): Promise<void> {
    try {
      await store.close();
      this.#mark({ kind: "closed", life: this.#of.life });
    } catch {
      // A close that fails promises nothing: the process ends unclosed.
      this.#die(undefined);
    }
  }

  #die(site: CallSite | undefined): void {
    const { life } = this.#of;
    const rotation = site?.namesChanging ?? false;
    const point = this.#point.during === "operation" ? { ...this.#point, rotation } : this.#point;
    this.#mark({ kind: "crash", life, fault: "kill", point });
    this.#process.kill();
  }

  /** The dead say nothing. */
  #mark(event: HistoryEvent): void {
    if (!this.#process.isDead) this.#of.disk.mark(event);
  }
}

function failure(error: unknown): { readonly code: string; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: errorCode(error) ?? "ERROR", message };
}
