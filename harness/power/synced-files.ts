// Which bytes of a trace's files a sync has covered by now, and which payloads stand among them.
import type { ByteRange, DiskOperation, DiskTrace } from "../disk/disk-trace.ts";
import type { Inode } from "../disk/image.ts";
import { SECTOR_BYTES } from "../disk/sectors.ts";
import type { AskedRecords } from "./asked-records.ts";
import { PayloadCopies } from "./payload-copies.ts";

/** A write that has ended. */
interface EndedWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Covered as a whole, or given up by a sync that failed. */
  isOver: boolean;
}

interface SyncedFile {
  readonly writes: EndedWrite[];
  /** Before this one all writes are over. */
  open: number;
  readonly written: PayloadCopies;
  readonly synced: PayloadCopies;
  /** Syncs that failed: what started before may be clean, and no later sync covers it. */
  readonly failures: { readonly at: number; readonly range: ByteRange | undefined }[];
}

type Sync = DiskOperation & { readonly kind: "fsync" | "fdatasync" };

/**
 * Takes the events of a trace one by one. A sync covers the writes of its own file that had ended when
 * it began; what was cut off or overwritten later was still covered once. What lies in the trace's base
 * is not looked at.
 */
export class SyncedFiles {
  /** Records, by the number under which they were asked for, of which a whole copy was written. */
  readonly written: Set<number> = new Set();
  /** Those of which a sync has covered one. */
  readonly synced: Set<number> = new Set();
  readonly #events: DiskTrace["events"];
  readonly #asked: AskedRecords;
  readonly #files = new Map<Inode, SyncedFile>();
  /** By the event that started a sync: how many writes of its file had ended. */
  readonly #begun = new Map<number, number>();

  constructor({ events }: DiskTrace, asked: AskedRecords) {
    this.#events = events;
    this.#asked = asked;
  }

  follow(at: number): void {
    const event = this.#events[at];
    if (event?.kind === "start" && isSync(event.operation)) {
      this.#begun.set(at, this.#file(event.operation.inode).writes.length);
    }
    const start = event?.kind === "end" ? this.#events[event.start] : undefined;
    if (event?.kind !== "end" || start?.kind !== "start") return;
    const { operation } = start;
    if (operation.kind === "write") this.#write(operation, event.start);
    if (!isSync(operation)) return;
    if (event.failed === undefined) this.#cover(operation, event.start);
    else this.#fail(operation, at);
  }

  #file(inode: Inode): SyncedFile {
    const known = this.#files.get(inode);
    if (known !== undefined) return known;
    const written = new PayloadCopies(this.#asked, this.written);
    const synced = new PayloadCopies(this.#asked, this.synced);
    const file = { writes: [], open: 0, written, synced, failures: [] };
    this.#files.set(inode, file);
    return file;
  }

  #write(
    { inode, offset, bytes }: DiskOperation & { readonly kind: "write" },
    start: number,
  ): void {
    const file = this.#file(inode);
    file.written.write(offset, bytes);
    const write = { offset, bytes };
    const isOver = file.failures.some(
      ({ at, range }) => start < at && covered(write, range) !== undefined,
    );
    file.writes.push({ ...write, isOver });
  }

  #cover({ inode, range }: Sync, start: number): void {
    const file = this.#file(inode);
    const end = this.#begun.get(start) ?? 0;
    for (let index = file.open; index < end; index += 1) {
      const write = file.writes[index];
      if (write === undefined || write.isOver) continue;
      const part = covered(write, range);
      if (part === undefined) continue;
      file.synced.write(part.offset, part.bytes);
      write.isOver = part.bytes.length === write.bytes.length;
    }
    closeWrites(file);
  }

  #fail({ inode, range }: Sync, at: number): void {
    const file = this.#file(inode);
    for (let index = file.open; index < file.writes.length; index += 1) {
      const write = file.writes[index];
      if (write !== undefined && covered(write, range) !== undefined) write.isOver = true;
    }
    file.failures.push({ at, range });
    closeWrites(file);
  }
}

function closeWrites(file: SyncedFile): void {
  while (file.writes[file.open]?.isOver === true) file.open += 1;
}

function isSync(operation: DiskOperation): operation is Sync {
  return operation.kind === "fsync" || operation.kind === "fdatasync";
}

/** The part of a write that a sync with this range covers: whole sectors that the range touches. */
function covered(
  { offset, bytes }: Pick<EndedWrite, "offset" | "bytes">,
  range: ByteRange | undefined,
): { readonly offset: number; readonly bytes: Uint8Array } | undefined {
  if (range === undefined) return { offset, bytes };
  const first = Math.floor(range.offset / SECTOR_BYTES) * SECTOR_BYTES;
  const end = Math.ceil((range.offset + range.length) / SECTOR_BYTES) * SECTOR_BYTES;
  const from = Math.max(first - offset, 0);
  const to = Math.min(end - offset, bytes.length);
  return from < to ? { offset: offset + from, bytes: bytes.subarray(from, to) } : undefined;
}
