// The recording disk: a memory disk that writes down all that changes or syncs it.
//
// What a power cut would leave is worked out from the trace, by crash-image.ts.
import type { HistoryEvent } from "../history/history.ts";
import type { CompletionScheduler } from "./completion-scheduler.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { type DiskImage, emptyImage } from "./image.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { TraceRecorder } from "./trace-recorder.ts";

const TRACE_LIMIT_BYTES = 2 ** 28;

export interface RecordingDiskOptions {
  /** A directory that is there, and durable, from the start; default `/`. */
  readonly directory?: string;
  /** Decides when `syncDataLater` is done; default: in the next microtask. */
  readonly scheduler?: CompletionScheduler;
  /** The most memory that the trace may take, in bytes; default 256 MiB. */
  readonly traceLimitBytes?: number;
}

/** A disk in memory that remembers how its content came about. */
export class RecordingDisk extends MemoryDisk {
  readonly #recorder: TraceRecorder;

  constructor(options: RecordingDiskOptions = {}, base: DiskImage = emptyImage(options.directory)) {
    const recorder = new TraceRecorder(base, options.traceLimitBytes ?? TRACE_LIMIT_BYTES);
    super(base, recorder, options.scheduler);
    this.#recorder = recorder;
  }

  /** A disk that goes on from this content, all of it durable; its trace starts anew. */
  static fromImage(
    image: DiskImage,
    options: Omit<RecordingDiskOptions, "directory"> = {},
  ): RecordingDisk {
    return new RecordingDisk(options, image);
  }

  /** What happened so far; it grows as the disk is used. */
  get trace(): DiskTrace {
    return this.#recorder.trace;
  }

  /** Puts what the harness saw between the events of the disk. */
  mark(happened: HistoryEvent): void {
    this.#recorder.mark(happened);
  }
}
