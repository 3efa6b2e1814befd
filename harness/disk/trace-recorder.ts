// The recorder: writes a disk trace down while it happens, within a limit.
import type { HistoryEvent } from "../history/history.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskEvent, DiskOperation, DiskTrace, SyncFailure } from "./disk-trace.ts";
import { versionsAfter } from "./disk-versions.ts";
import type { DiskImage, Inode } from "./image.ts";
import type { SectorChange } from "./sectors.ts";

/** What an event takes in memory beside the bytes that were written; a rough figure. */
const EVENT_BYTES = 200;

/** A trace that grows, from nothing or from one that was recorded before. */
export class TraceRecorder {
  readonly trace: DiskTrace;
  readonly #events: DiskEvent[];
  readonly #limitBytes: number;
  #bytes = 0;

  /** `limitBytes` bounds the memory of the trace; the event that would pass it throws `trace-full`. */
  constructor(base: DiskImage, limitBytes: number, earlier: readonly DiskEvent[] = []) {
    this.#events = [...earlier];
    this.trace = { base, events: this.#events };
    this.#limitBytes = limitBytes;
  }

  /** An operation begins; returns the number of its event. */
  start(operation: DiskOperation): number {
    if (operation.kind !== "write") {
      return this.#add({ kind: "start", operation }, 0);
    }
    // The caller may use its buffer again, and `slice` of a Buffer is no copy.
    const bytes = new Uint8Array(operation.bytes);
    return this.#add({ kind: "start", operation: { ...operation, bytes } }, bytes.length);
  }

  /** It ended; a sync may have failed. */
  end(start: number, failed?: SyncFailure): void {
    this.#add(failed === undefined ? { kind: "end", start } : { kind: "end", start, failed }, 0);
  }

  /** What the failed sync that ended last took back of a file; the work grows with the trace. */
  reverted(inode: Inode): readonly SectorChange[] {
    const at = this.#events.length - 1;
    const file = versionsAfter(this.trace, at).inodes.get(inode);
    const sectors = file?.kind === "file" ? [...file.sectors] : [];
    return sectors.flatMap(([index, { newest }]): SectorChange[] =>
      newest.event === at ? [[index, newest.value]] : [],
    );
  }

  mark(happened: HistoryEvent): void {
    this.#add({ kind: "mark", happened }, 0);
  }

  #add(event: DiskEvent, bytes: number): number {
    this.#bytes += EVENT_BYTES + bytes;
    if (this.#bytes > this.#limitBytes) {
      throw new DiskError("trace-full", `The disk trace outgrew ${this.#limitBytes} bytes.`);
    }
    return this.#events.push(event) - 1;
  }
}
