// One life of a recorded chain: opened, worked and ended in this process, each step marked in the trace.
import type { CallSite } from "../disk/nth-call.ts";
import type { RecordingDisk } from "../disk/recording-disk.ts";
import type { CrashPoint, HistoryEvent } from "../history/history.ts";
import { askInSlots } from "../operation-slots.ts";
import { answeredLsns, performOperation, type StoreAnswer } from "../perform-operation.ts";
import type { StoragePort } from "../storage-port.ts";
import type { OpenStore } from "../subject.ts";
import { errorCode } from "../supervisor/error-code.ts";
import { Event } from "../supervisor/event.ts";
import { firstOperation, type Operation, type Workload } from "../workload.ts";
import type { LifeEnding } from "./chain-plan.ts";
import { type MortalStorage, mortalStorage } from "./mortal-storage.ts";
import { openOn, type RecordedStore, timeOf } from "./recorded-store.ts";
import { stalls } from "./stall-watch.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What one life is made of. */
export interface LifeToRecord {
  readonly store: RecordedStore;
  readonly disk: RecordingDisk;
  readonly workload: Workload;
  readonly life: number;
  readonly ending: LifeEnding;
  /** What the store works on, where that is not the disk itself but one that fails in between. */
  readonly port?: FailingPort;
  /** The time in which the disk's later syncs are done; one of the workload's seed where it is left out. */
  readonly time?: VirtualTime;
}

/** A disk of which a call fails; opening the store again is when what failed for good is mended. */
export interface FailingPort {
  readonly storage: StoragePort;
  mend(): void;
}

/**
 * Lives it; where it ends by a power cut, the trace just stops. Where nothing is under way any more and
 * operations have no answer, or the close has no end, that is marked as stalled, and it is killed there.
 */
export async function recordLife(life: LifeToRecord): Promise<void> {
  await new LifeRun(life).run();
}

class LifeRun {
  readonly #of: LifeToRecord;
  readonly #process: MortalStorage;
  readonly #time: VirtualTime;
  /** The operations in flight, as they were asked. */
  readonly #inFlight = new Set<number>();
  #store: OpenStore | undefined;
  #isOpen = false;
  #closes = false;

  constructor(of: LifeToRecord) {
    this.#of = of;
    this.#time = of.time ?? timeOf(of.workload.seed);
    const { ending } = of;
    this.#process = mortalStorage(
      of.port?.storage ?? of.disk,
      ending.kind === "call" ? { ...ending, told: (site) => this.#die(site) } : undefined,
    );
  }

  async run(): Promise<void> {
    const over = new Event<true>();
    // The watch begins first: it tells what the store holds from what held the process before.
    const stalled = this.#stall(over.promise);
    try {
      // A dead process answers nobody, so its promises may stay open for ever.
      await Promise.race([this.#work(), this.#process.killed, stalled]);
    } finally {
      over.happened(true);
      this.#end();
    }
  }

  async #work(): Promise<void> {
    const { life, ending } = this.#of;
    this.#mark({ kind: "open", life });
    if (!(await this.#open())) return;
    this.#mark({ kind: "opened", life });
    this.#isOpen = true;
    const done = await this.#ask();
    if (ending.kind === "power") return;
    if (done && ending.kind === "close") await this.#close();
    else this.#die(undefined);
  }

  async #open(): Promise<boolean> {
    try {
      this.#store = await openOn(this.#of.store, this.#process.storage, this.#time);
      return true;
    } catch (error) {
      this.#mark({ kind: "open-failed", life: this.#of.life, ...failure(error) });
      return false;
    }
  }

  /** False where a reopen failed: no store is left, as in a real writer. */
  #ask(): Promise<boolean> {
    const { life, workload } = this.#of;
    const { concurrency = 1 } = workload;
    const operations = workload.lives[life] ?? [];
    const first = firstOperation(workload, life);
    // One caller alone sees no difference; several would move in step, and meet at the same places.
    const pause = concurrency === 1 ? {} : { pause: () => this.#time.pause() };
    return askInSlots({ operations, concurrency, ...pause }, async (place) => {
      const asked = operations[place];
      return asked !== undefined && this.#perform(asked, first + place);
    });
  }

  /** False where no store is left. */
  async #perform(asked: Operation, operation: number): Promise<boolean> {
    const { life } = this.#of;
    this.#mark({ kind: "invoked", life, operation });
    this.#inFlight.add(operation);
    const answer = await this.#answer(asked, operation);
    this.#inFlight.delete(operation);
    this.#mark(answer);
    return asked.kind !== "reopen" || answer.kind === "acknowledged";
  }

  async #answer(asked: Operation, operation: number): Promise<HistoryEvent> {
    const { life, workload } = this.#of;
    try {
      let answer: StoreAnswer;
      if (asked.kind === "reopen") await this.#reopen();
      else
        answer = await performOperation(this.#opened(), asked, { seed: workload.seed, operation });
      return { kind: "acknowledged", life, operation, lsns: answeredLsns(answer) };
    } catch (error) {
      return { kind: "failed", life, operation, ...failure(error) };
    }
  }

  async #reopen(): Promise<void> {
    await this.#opened().close();
    this.#of.port?.mend();
    this.#store = await openOn(this.#of.store, this.#process.storage, this.#time);
  }

  #opened(): OpenStore {
    if (this.#store === undefined) throw new Error("the store is not open");
    return this.#store;
  }

  async #close(): Promise<void> {
    this.#closes = true;
    try {
      await this.#opened().close();
      this.#mark({ kind: "closed", life: this.#of.life });
    } catch {
      // A close that fails promises nothing: the process ends unclosed.
      this.#die(undefined);
    }
  }

  /** Settles where the life has stalled, or is over. An open without an end has limits of its own. */
  async #stall(over: Promise<unknown>): Promise<void> {
    const stalled = await stalls({
      time: this.#time,
      isWaiting: () => this.#inFlight.size > 0 || this.#closes,
      progress: () => this.#time.done + this.#of.disk.trace.events.length,
      over,
    });
    if (!stalled) return;
    const { life, ending } = this.#of;
    this.#mark({ kind: "stalled", life, operations: [...this.#inFlight] });
    if (ending.kind !== "power") this.#die(undefined);
  }

  #die(site: CallSite | undefined): void {
    const rotation = site?.namesChanging ?? false;
    this.#mark({ kind: "crash", life: this.#of.life, fault: "kill", point: this.#point(rotation) });
    this.#end();
  }

  /** Nothing that was under way in the process is done any more. The dead do not end the lives after theirs. */
  #end(): void {
    if (this.#process.isDead) return;
    this.#process.kill();
    this.#of.disk.crash();
    this.#time.forget();
  }

  #point(rotation: boolean): CrashPoint {
    if (!this.#isOpen) return { during: "open" };
    const [operation] = this.#inFlight;
    return operation === undefined
      ? { during: "idle" }
      : { during: "operation", operation, rotation };
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
