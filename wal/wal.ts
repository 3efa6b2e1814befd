// The write-ahead log: what an append does in each sync mode, and what is a barrier in all of them.
import { createSegment } from "./create-segment.ts";
import { INDEX_MAX, type Lsn, makeLsn, NO_LSN } from "./lsn.ts";
import type { ResolvedOptions } from "./options.ts";
import { COMMIT_BYTES, encodeCommit, RECORD_HEADER_BYTES, RecordType } from "./record.ts";
import { segmentName, setAsideSequence } from "./segment-file.ts";
import type { SegmentHeader } from "./segment-header.ts";
import { SegmentWriter } from "./segment-writer.ts";
import type { Storage } from "./storage.ts";
import { WalError } from "./wal-error.ts";

const NO_PAYLOAD = new Uint8Array(0);

/** What a life of the log begins with. */
export interface WalStart {
  readonly storage: Storage;
  readonly directory: string;
  readonly options: ResolvedOptions;
  /** Headers of the segments that recovery left, oldest first. */
  readonly segments: readonly SegmentHeader[];
  readonly life: number;
  readonly identity: number;
  readonly lastLsn: Lsn;
  readonly checkpointLsn: Lsn;
  /** Gives the directory back. */
  readonly release: () => void;
}

/**
 * An open log. Every call returns when what its mode promises is done; in between nothing else is
 * acknowledged. A failed write or sync poisons the log: that call and every later one fails, until
 * the log is opened again, because what the kernel did with the bytes can no longer be known.
 */
export class Wal {
  readonly #start: WalStart;
  readonly #segments: SegmentHeader[];
  readonly #buffer: Uint8Array;
  #writer: SegmentWriter;
  #nextIndex = 1;
  /** All records of this life up to this index are synced. */
  #syncedIndex = 0;
  /** Single appends since the last barrier. */
  #unsyncedAppends = 0;
  #checkpointLsn: Lsn;
  #closed = false;
  #failure: unknown;

  /** Makes the life durable: its segment, header and name, is synced before this returns. */
  constructor(start: WalStart) {
    this.#start = start;
    this.#segments = [...start.segments];
    this.#checkpointLsn = start.checkpointLsn;
    this.#buffer = new Uint8Array(start.options.bufferBytes);
    this.#writer = this.#openSegment(start.lastLsn);
  }

  /** The last checkpoint's LSN, also one of an earlier life; `undefined` where there is none. */
  get lastCheckpoint(): Lsn | undefined {
    return this.#checkpointLsn === NO_LSN ? undefined : this.#checkpointLsn;
  }

  /**
   * Adds one record and returns its LSN.
   * @throws WalError `record-too-large` (nothing is written), `bad-argument`, `closed`, `poisoned`.
   */
  append(payload: Uint8Array): Lsn {
    this.#accept(1);
    this.#acceptPayload(payload);
    return this.#orPoison(() => {
      this.#makeRoom(RECORD_HEADER_BYTES + payload.length);
      const lsn = this.#put(RecordType.single, payload);
      this.#settleAppend();
      return lsn;
    });
  }

  /**
   * Adds records of which recovery finds all or none, and returns their LSNs. A barrier in every
   * mode, also when it is empty.
   */
  appendBatch(payloads: readonly Uint8Array[]): Lsn[] {
    if (!Array.isArray(payloads)) {
      throw new WalError("bad-argument", `A batch is an array, not ${typeof payloads}.`);
    }
    this.#accept(payloads.length);
    for (const payload of payloads) {
      this.#acceptPayload(payload);
    }
    return this.#orPoison(() => {
      const lsns = payloads.length === 0 ? [] : this.#putBatch(payloads);
      this.#barrier();
      return lsns;
    });
  }

  /** Marks that all before it is kept elsewhere, so that it may be dropped. A barrier in every mode. */
  checkpoint(): Lsn {
    this.#accept(1);
    return this.#orPoison(() => {
      this.#makeRoom(RECORD_HEADER_BYTES);
      const lsn = this.#put(RecordType.checkpoint, NO_PAYLOAD);
      this.#barrier();
      this.#checkpointLsn = lsn;
      return lsn;
    });
  }

  /** Hands the buffer to the kernel: a killed process loses nothing, a power cut may. No barrier. */
  flush(): void {
    this.#accept(0);
    this.#orPoison(() => {
      this.#writer.write();
    });
  }

  /** Makes everything before it durable. */
  sync(): void {
    this.#accept(0);
    this.#orPoison(() => {
      this.#barrier();
    });
  }

  /**
   * Drops the segments in which every record lies before `lsn`. They go oldest first, and each
   * removal is durable before the next, so a crash leaves a log without a hole.
   * @throws WalError `beyond-checkpoint` where `lsn` lies behind the last checkpoint.
   */
  truncateBefore(lsn: Lsn): void {
    this.#accept(0);
    if (!Number.isSafeInteger(lsn) || lsn < 0) {
      throw new WalError("bad-argument", `An LSN is a whole number from 0, not ${String(lsn)}.`);
    }
    if (lsn > this.#checkpointLsn) {
      throw new WalError(
        "beyond-checkpoint",
        `Records before LSN ${lsn} cannot be dropped: the last checkpoint is at ${this.#checkpointLsn}.`,
      );
    }
    this.#orPoison(() => {
      this.#dropSegments(lsn);
    });
  }

  /**
   * Writes what is in the buffer, syncs it in the modes that sync, and gives the directory back.
   * Closing a closed log does nothing.
   * @throws WalError `poisoned` where the log is, or now becomes so; the directory is free even then.
   */
  close(): void {
    if (this.#closed) {
      return;
    }
    try {
      this.#accept(0);
      this.#orPoison(() => {
        this.#settleClose();
      });
    } finally {
      this.#closed = true;
      this.#giveBack();
    }
  }

  #giveBack(): void {
    try {
      this.#orPoison(() => {
        this.#writer.close();
      });
    } finally {
      this.#start.release();
    }
  }

  /** What the mode does before an append is acknowledged. */
  #settleAppend(): void {
    const { mode, batchSyncCount } = this.#start.options;
    this.#unsyncedAppends += 1;
    switch (mode) {
      case "sync":
        this.#barrier();
        break;
      case "batch":
        if (this.#unsyncedAppends >= batchSyncCount) {
          this.#barrier();
        }
        break;
      case "flush":
        this.#writer.write();
        break;
      case "none":
        break;
    }
  }

  #settleClose(): void {
    switch (this.#start.options.mode) {
      case "sync":
      case "batch":
        this.#barrier();
        break;
      case "flush":
      case "none":
        this.#writer.write();
        break;
    }
  }

  /** After this, every record so far is durable. */
  #barrier(): void {
    const lastIndex = this.#nextIndex - 1;
    if (lastIndex > this.#syncedIndex) {
      this.#writer.sync();
    }
    this.#syncedIndex = lastIndex;
    this.#unsyncedAppends = 0;
  }

  #put(type: number, payload: Uint8Array): Lsn {
    const index = this.#nextIndex;
    this.#writer.put({ type, index, syncedIndex: this.#syncedIndex, payload });
    this.#nextIndex = index + 1;
    return makeLsn(this.#start.life, index);
  }

  /** A batch lies in one segment, and its COMMIT behind all its records. */
  #putBatch(payloads: readonly Uint8Array[]): Lsn[] {
    const commitBytes = RECORD_HEADER_BYTES + COMMIT_BYTES;
    const bytes = payloads.reduce((sum, each) => sum + RECORD_HEADER_BYTES + each.length, 0);
    this.#makeRoom(bytes + commitBytes);
    const firstIndex = this.#nextIndex;
    const lsns = payloads.map((payload) => this.#put(RecordType.member, payload));
    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex));
    return lsns;
  }

  /** Begins a new segment where these bytes would take the current one over its size. */
  #makeRoom(bytes: number): void {
    if (!this.#writer.isEmpty && this.#writer.bytes + bytes > this.#start.options.segmentBytes) {
      this.#rotate();
    }
  }

  /** The old segment is durable before the new one exists: the new header is the proof of it. */
  #rotate(): void {
    this.#barrier();
    const old = this.#writer;
    this.#writer = this.#openSegment(makeLsn(this.#start.life, this.#nextIndex - 1));
    old.close();
  }

  #openSegment(previousLsn: Lsn): SegmentWriter {
    const { storage, directory, life, identity, options } = this.#start;
    const header: SegmentHeader = {
      sequence: (this.#segments.at(-1)?.sequence ?? 0) + 1,
      life,
      firstIndex: this.#nextIndex,
      identity,
      previousLsn,
      checkpointLsn: this.#checkpointLsn,
    };
    const fillBytes = options.preallocate ? options.segmentBytes : 0;
    const file = createSegment(storage, directory, { header, fillBytes });
    this.#segments.push(header);
    return new SegmentWriter(storage, { file, header, buffer: this.#buffer });
  }

  #dropSegments(lsn: Lsn): void {
    const { storage, directory } = this.#start;
    for (;;) {
      const [oldest, next] = this.#segments;
      if (oldest === undefined || next === undefined || next.previousLsn >= lsn) {
        return;
      }
      for (const name of storage.list(directory)) {
        if ((setAsideSequence(name) ?? Number.POSITIVE_INFINITY) <= oldest.sequence) {
          storage.remove(`${directory}/${name}`);
        }
      }
      storage.remove(`${directory}/${segmentName(oldest.sequence)}`);
      storage.syncDirectory(directory);
      this.#segments.shift();
    }
  }

  /** Refuses a call before it changes anything. */
  #accept(records: number): void {
    if (this.#failure !== undefined) {
      throw poisoned(this.#failure);
    }
    if (this.#closed) {
      throw new WalError("closed", "The log is closed; open it again.");
    }
    // One index more than the records, for the COMMIT of a batch.
    if (this.#nextIndex + records > INDEX_MAX) {
      throw new WalError("exhausted", "This life has given all its LSNs; close and open the log.");
    }
  }

  #acceptPayload(payload: unknown): void {
    if (!(payload instanceof Uint8Array)) {
      throw new WalError("bad-argument", `A payload is a Uint8Array, not ${typeof payload}.`);
    }
    const { recordBytesMax } = this.#start.options;
    if (payload.length > recordBytesMax) {
      throw new WalError(
        "record-too-large",
        `A record of ${payload.length} bytes is over the limit of ${recordBytesMax}; nothing was written.`,
      );
    }
  }

  #orPoison<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#failure = error ?? new Error("A write failed without an error.");
      throw poisoned(error);
    }
  }
}

function poisoned(cause: unknown): WalError {
  return new WalError(
    "poisoned",
    "A write or a sync failed, so what is on the disk is not known. Close the log and open it again.",
    { cause },
  );
}
