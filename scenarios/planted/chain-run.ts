// Lives a planted bug's chain on the recording disk: lives, failures and recoveries, to one history.
import { parseCrashChoice } from "../../harness/disk/crash-choice.ts";
import { crashImage } from "../../harness/disk/crash-image.ts";
import type { DiskTrace } from "../../harness/disk/disk-trace.ts";
import { profiles } from "../../harness/disk/profile.ts";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import type { CrashPoint, HistoryEvent, RecoveryOutcome } from "../../harness/history/history.ts";
import {
  answeredLsns,
  performOperation,
  type StoreAnswer,
} from "../../harness/perform-operation.ts";
import {
  openOn,
  type RecordedStore,
  recoverOn,
  STORE_DIRECTORY,
} from "../../harness/power/recorded-store.ts";
import { firstOperation, type Operation, type Workload } from "../../harness/workload.ts";
import type { ChainStep, DiskPlace } from "./planted-bug.ts";

/** What a chain is lived with; the workload's lives are those of its steps. */
export interface ChainRequest {
  readonly store: RecordedStore;
  readonly workload: Workload;
}

/**
 * Takes the steps in order and returns what happened.
 * @throws DiskError for a choice that the disk cannot have; an error for a place that a step did not
 * come to, and for a life that could not do what it was asked.
 */
export async function runChain(
  request: ChainRequest,
  steps: readonly ChainStep[],
): Promise<readonly HistoryEvent[]> {
  const chain = new ChainRun(request);
  for (const step of steps) {
    await chain.take(step);
  }
  return chain.events();
}

class ChainRun {
  readonly #request: ChainRequest;
  #disk = new RecordingDisk({ directory: STORE_DIRECTORY });
  /** What happened before this disk's trace began. */
  #past: readonly HistoryEvent[] = [];
  #life = -1;
  /** The first event of the last life or recovery. */
  #stepBegan = 0;

  constructor(request: ChainRequest) {
    this.#request = request;
  }

  /** The disk's trace carries the history, so that a cut takes what comes after it. */
  events(): readonly HistoryEvent[] {
    return [...this.#past, ...marksUntil(this.#disk.trace, this.#disk.trace.events.length)];
  }

  async take(step: ChainStep): Promise<void> {
    switch (step.kind) {
      case "life":
        this.#stepBegan = this.#disk.trace.events.length;
        return await this.#live(step.operations);
      case "recover":
        this.#stepBegan = this.#disk.trace.events.length;
        return await this.#recover();
      case "kill":
        return this.#kill();
      case "power":
        return this.#cutPower(step);
    }
  }

  async #live(operations: readonly Operation[]): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    this.#disk.mark({ kind: "open", life });
    const { store } = this.#request;
    let log = await openOn(store, this.#disk);
    this.#disk.mark({ kind: "opened", life });
    const first = firstOperation(this.#request.workload, life);
    for (const [place, asked] of operations.entries()) {
      const operation = first + place;
      this.#disk.mark({ kind: "invoked", life, operation });
      let answer: StoreAnswer;
      if (asked.kind === "reopen") {
        await log.close();
        log = await openOn(store, this.#disk);
      } else {
        const { seed } = this.#request.workload;
        answer = await performOperation(log, asked, { seed, operation });
      }
      this.#disk.mark({ kind: "acknowledged", life, operation, lsns: answeredLsns(answer) });
    }
  }

  async #recover(): Promise<void> {
    const outcome = await outcomeOf(this.#request.store, this.#disk);
    this.#disk.mark({ kind: "recovered", life: this.#life, outcome });
  }

  #kill(): void {
    const point = crashPoint(this.events());
    this.#disk.crash();
    this.#disk.mark({ kind: "crash", life: this.#life, fault: "kill", point });
  }

  #cutPower(step: Extract<ChainStep, { kind: "power" }>): void {
    const { trace } = this.#disk;
    const count = step.at === undefined ? trace.events.length : this.#countTo(step.at);
    const image = crashImage(trace, {
      at: count - 1,
      keep: parseCrashChoice(step.keep),
      profile: profiles[step.profile ?? "posix"],
    });
    const happened = [...this.#past, ...marksUntil(trace, count)];
    this.#past = [
      ...happened,
      { kind: "crash", life: this.#life, fault: "power", point: crashPoint(happened) },
    ];
    this.#disk = RecordingDisk.fromImage(image);
  }

  /** How many events had happened when the last step came to this place. */
  #countTo(place: DiskPlace): number {
    const { events } = this.#disk.trace;
    const matches = events.flatMap((event, index) =>
      index >= this.#stepBegan && event.kind === "start" && event.operation.kind === place.operation
        ? [index]
        : [],
    );
    const start = place.nth === "first" ? matches[0] : matches.at(-1);
    if (start === undefined) {
      throw new Error(`The last step did no ${place.operation}.`);
    }
    const end = events.findIndex((event) => event.kind === "end" && event.start === start);
    return place.side === "before" ? start : end + 1;
  }
}

function marksUntil(trace: DiskTrace, count: number): readonly HistoryEvent[] {
  return trace.events
    .slice(0, count)
    .flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
}

/** What was going on when the last of these events had happened. */
function crashPoint(events: readonly HistoryEvent[]): CrashPoint {
  const last = events.at(-1);
  if (last?.kind === "open") return { during: "open" };
  if (last?.kind === "invoked") {
    return { during: "operation", operation: last.operation, rotation: false };
  }
  // Behind a crash that nobody has recovered from only a recovery can be at work.
  return last?.kind === "crash" ? { during: "recovery" } : { during: "idle" };
}

async function outcomeOf(store: RecordedStore, disk: RecordingDisk): Promise<RecoveryOutcome> {
  const records: { readonly bytes: string; readonly lsn?: number }[] = [];
  try {
    const values = await recoverOn(store, disk);
    for await (const { payload, lsn } of values) {
      const bytes = Buffer.from(payload).toString("base64");
      records.push(lsn === undefined ? { bytes } : { bytes, lsn });
    }
    return { kind: "found", records };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): RecoveryOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string"
      ? { code: error.code }
      : {};
  return { kind: "refused", ...code, message };
}
