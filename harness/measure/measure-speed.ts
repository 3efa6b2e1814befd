// How fast a store appends, on a real disk, in this process.
import type { Clock } from "../clock.ts";
import { payload } from "../payload.ts";
import { isPromise } from "../perform-operation.ts";
import type { StoragePort } from "../storage-port.ts";
import type { OpenStore, Subject } from "../subject.ts";
import { countSyncs } from "./counted-storage.ts";
import { LatencyRecorder } from "./latency-recorder.ts";
import type { SpeedJob, SpeedReply } from "./measure-job.ts";

const BATCH_RECORDS = 10;
/** Payloads are made before and used in turns, so that making them is not measured. A power of two. */
const PAYLOADS = 64;
/** How often a single caller looks at the clock while appends are only counted. */
const APPENDS_A_LOOK = 16;

/** When a stretch is over. */
interface Stretch {
  readonly endsAtMs: number;
  readonly appendsMax: number;
}

/**
 * Callers in closed loops: each appends again when it was answered. First a warm-up; then appends that are
 * only counted, with their syncs; then appends that are timed one by one, which slows the fastest modes; then
 * batches. A latency is from the call to its answer, and holds one reading of the clock.
 * @throws what the store throws
 */
export async function measureSpeed(
  job: SpeedJob,
  { subject, storage, clock }: { subject: Subject; storage: StoragePort; clock: Clock },
): Promise<SpeedReply> {
  const counted = countSyncs(storage);
  const ports = { storage: counted.storage, clock };
  const store = await subject.open(job.directory, job.options, ports);
  const run = new SpeedRun(job, store, clock);
  await run.count(job.warmUpMs);
  const before = counted.syncs();
  const { appends, durationMs } = await run.count(job.rateMs);
  const syncs = counted.syncs() - before;
  // Both loops of the stretch that is timed are compiled before it.
  await run.time(job.warmUpMs / 4);
  const append = await run.time(job.latencyMs);
  const batch = await run.timeBatches(job.batchMs);
  await store.close();
  return {
    kind: "speed",
    durationMs,
    appends,
    syncs,
    append: append.summary(),
    batch: batch === undefined ? null : batch.summary(),
  };
}

class SpeedRun {
  readonly #job: SpeedJob;
  readonly #store: OpenStore;
  readonly #clock: Clock;
  readonly #payloads: readonly Uint8Array[];
  #next = 0;

  constructor(job: SpeedJob, store: OpenStore, clock: Clock) {
    this.#job = job;
    this.#store = store;
    this.#clock = clock;
    this.#payloads = Array.from({ length: PAYLOADS }, (_, operation) =>
      payload(job.seed, { operation, item: 0 }, job.recordBytes),
    );
  }

  /** Appends without a look at each. */
  async count(forMs: number): Promise<{ readonly appends: number; readonly durationMs: number }> {
    const begun = this.#clock.monotonicMs();
    const { endsAtMs, appendsMax } = this.#stretch(forMs);
    let appends = 0;
    const isOver = (): boolean => appends >= appendsMax || this.#clock.monotonicMs() >= endsAtMs;
    const call = async (looksEvery: number): Promise<void> => {
      while (!isOver()) {
        for (let done = 0; done < looksEvery; done += 1) {
          const answer = this.#store.append(this.#payload());
          if (isPromise(answer)) await answer;
          appends += 1;
        }
      }
    };
    // A caller of many that goes on for longer than the others would be alone.
    const looksEvery = this.#job.callers === 1 ? APPENDS_A_LOOK : 1;
    await this.#callers(() => call(looksEvery));
    return { appends, durationMs: this.#clock.monotonicMs() - begun };
  }

  async time(forMs: number): Promise<LatencyRecorder> {
    const recorder = new LatencyRecorder();
    const { endsAtMs, appendsMax } = this.#stretch(forMs);
    await this.#callers(async () => {
      for (let now = 0; now < endsAtMs && recorder.count < appendsMax; ) {
        const asked = this.#clock.monotonicMs();
        const answer = this.#store.append(this.#payload());
        if (isPromise(answer)) await answer;
        now = this.#clock.monotonicMs();
        recorder.add(now - asked);
      }
    });
    return recorder;
  }

  async timeBatches(forMs: number): Promise<LatencyRecorder | undefined> {
    const store = this.#store;
    if (store.batch === undefined || forMs <= 0) return undefined;
    const recorder = new LatencyRecorder();
    const { endsAtMs, appendsMax } = this.#stretch(forMs);
    const records = this.#payloads.slice(0, BATCH_RECORDS);
    for (let now = 0; now < endsAtMs && recorder.count * BATCH_RECORDS < appendsMax; ) {
      const asked = this.#clock.monotonicMs();
      const answer = store.batch(records);
      if (isPromise(answer)) await answer;
      now = this.#clock.monotonicMs();
      recorder.add(now - asked);
    }
    return recorder;
  }

  #stretch(forMs: number): Stretch {
    const { bytesMax, recordBytes } = this.#job;
    return {
      endsAtMs: this.#clock.monotonicMs() + forMs,
      appendsMax: Math.max(1, Math.floor(bytesMax / recordBytes)),
    };
  }

  #payload(): Uint8Array {
    this.#next = (this.#next + 1) % PAYLOADS;
    return this.#payloads[this.#next] ?? new Uint8Array(0);
  }

  async #callers(call: () => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: this.#job.callers }, call));
  }
}
