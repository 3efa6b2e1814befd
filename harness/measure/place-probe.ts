// The place of a measurement: asked of the machine now and then, summed up at any time.
import { cpus, loadavg, totalmem } from "node:os";
import type { MeasuredPlace } from "../measurement.ts";
import { LatencyRecorder } from "./latency-recorder.ts";
import type { PlaceReply } from "./measure-job.ts";
import { placeOfFiles } from "./place-of-files.ts";

export class PlaceProbe {
  readonly #directory: string;
  readonly #loadBefore = load();
  readonly #syncs = new LatencyRecorder();
  #last: PlaceReply | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What the disk and the memory cost this time. */
  add(reply: PlaceReply): void {
    for (const nanos of reply.syncNanos) this.#syncs.addNanos(nanos);
    this.#last = reply;
  }

  place(): MeasuredPlace {
    const { type, options, isInMemory } = placeOfFiles(this.#directory);
    return {
      cpuModel: cpus()[0]?.model.trim() ?? "unknown",
      memoryBytes: totalmem(),
      fileSystem: type,
      mountOptions: options,
      isInMemory,
      loadBefore: this.#loadBefore,
      loadAfter: load(),
      syncLatency: this.#syncs.summary(),
      copies: this.#last?.copies ?? [],
      clockNanos: this.#last?.clockNanos ?? 0,
    };
  }
}

/** On average over the last minute. */
function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
