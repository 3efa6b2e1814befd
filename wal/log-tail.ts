// The growing end of a log: puts records into segments, and knows what of them is durable.
import { acceptArray, acceptPayload } from "./accept-payload.ts";
import { createSegment } from "./create-segment.ts";
import { INDEX_MAX, type Lsn, makeLsn, NO_LSN } from "./lsn.ts";
import type { TailOptions } from "./options.ts";
import { batchBytes, encodeCommit, RecordType, recordBytes } from "./record.ts";
import { segmentName, setAsideSequence } from "./segment-file.ts";
import type { SegmentHeader } from "./segment-header.ts";
import { SegmentWriter } from "./segment-writer.ts";
import type { Storage } from "./storage.ts";
import { WalError } from "./wal-error.ts";

const NO_PAYLOAD = new Uint8Array(0);

/** What a life of the log begins with. */
export interface TailStart {
  readonly storage: Storage;
  readonly directory: string;
  readonly options: TailOptions;
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
 * What all modes share: records in segments, rotation, truncation, and the refusal of calls. When
 * a record is acknowledged, and so when to sync, is the mode's affair. A caller checks a call by
 * `accept...` first, and then does its work within `orPoison`.
 */
export class LogTail {
  readonly #start: TailStart;
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
  constructor(start: TailStart) {
    this.#start = start;
    this.#segments = [...start.segments];
    this.#checkpointLsn = start.checkpointLsn;
    this.#buffer = new Uint8Array(start.options.bufferBytes);
    this.#writer = this.#openSegment(start.lastLsn);
  }

  /** The last durable checkpoint's LSN, also one of an earlier life. */
  get lastCheckpoint(): Lsn | undefined {
    return this.#checkpointLsn === NO_LSN ? undefined : this.#checkpointLsn;
  }

  /** Single appends since the last barrier. */
  get unsyncedAppends(): number {
    return this.#unsyncedAppends;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Refuses a call before it changes anything; `records` is how many more will be put, a COMMIT not
   * counted.
   * @throws WalError `poisoned`, `closed`, `exhausted`.
   */
  accept(records: number): void {
    this.refusePoisoned();
    if (this.#closed) {
      throw new WalError("closed", "The log is closed; open it again.");
    }
    // One index more than the records, for the COMMIT of a batch.
    if (this.#nextIndex + records > INDEX_MAX) {
      throw new WalError("exhausted", "This life has given all its LSNs; close and open the log.");
    }
  }

  /** @throws WalError `bad-argument`, `record-too-large`. */
  acceptPayload(payload: unknown): void {
    acceptPayload(payload, this.#start.options.recordBytesMax);
  }

  /** Accepts a batch of payloads; `indexes` of this life are taken by others before it. */
  acceptBatch(payloads: readonly Uint8Array[], indexes = 0): void {
    acceptArray(payloads);
    this.accept(indexes + payloads.length);
    for (const payload of payloads) {
      this.acceptPayload(payload);
    }
  }

  /** @throws WalError `bad-argument`, `beyond-checkpoint`. */
  acceptTruncation(lsn: Lsn): void {
    this.accept(0);
    if (!Number.isSafeInteger(lsn) || lsn < 0) {
      throw new WalError("bad-argument", `An LSN is a whole number from 0, not ${String(lsn)}.`);
    }
    if (lsn > this.#checkpointLsn) {
      throw new WalError(
        "beyond-checkpoint",
        `Records before LSN ${lsn} cannot be dropped: the last checkpoint is at ${this.#checkpointLsn}.`,
      );
    }
  }

  /** @throws WalError `poisoned` where a write or a sync has failed. */
  refusePoisoned(): void {
    if (this.#failure !== undefined) {
      throw poisoned(this.#failure);
    }
  }

  /** From now on every call is refused. */
  refuseMore(): void {
    this.#closed = true;
  }

  /** Does `work`; what it throws poisons the log. */
  orPoison<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.poison(error);
    }
  }

  /** A write or a sync failed: nothing is accepted any more. Returns the error to tell callers. */
  poison(cause: unknown): WalError {
    this.#failure = cause ?? new Error("A write failed without an error.");
    return poisoned(cause);
  }

  /** True where these bytes go to the current segment. */
  hasRoom(bytes: number): boolean {
    return this.#writer.isEmpty || this.#writer.bytes + bytes <= this.#start.options.segmentBytes;
  }

  putSingle(payload: Uint8Array): Lsn {
    this.#makeRoom(recordBytes(payload));
    const lsn = this.#put(RecordType.single, payload);
    this.#unsyncedAppends += 1;
    return lsn;
  }

  /** A batch lies in one segment, and its COMMIT behind all its records; an empty one is nothing. */
  putBatch(payloads: readonly Uint8Array[]): Lsn[] {
    if (payloads.length === 0) {
      return [];
    }
    this.#makeRoom(batchBytes(payloads));
    const firstIndex = this.#nextIndex;
    const lsns = payloads.map((payload) => this.#put(RecordType.member, payload));
    this.#put(RecordType.commit, encodeCommit(payloads.length, firstIndex));
    return lsns;
  }

  /** Counts as the last checkpoint when `noteCheckpoint` is told that it is durable. */
  putCheckpoint(): Lsn {
    this.#makeRoom(recordBytes(NO_PAYLOAD));
    return this.#put(RecordType.checkpoint, NO_PAYLOAD);
  }

  noteCheckpoint(lsn: Lsn): void {
    this.#checkpointLsn = lsn;
  }

  /** Hands the buffer to the kernel. */
  write(): void {
    this.#writer.write();
  }

  /** After this, every record so far is durable. */
  barrier(): void {
    const lastIndex = this.#nextIndex - 1;
    if (lastIndex > this.#syncedIndex) {
      this.#writer.sync();
    }
    this.#noteSynced(lastIndex);
  }

  /** As `barrier`, settled when the device has answered. Nothing may be put before that. */
  async barrierLater(): Promise<void> {
    const lastIndex = this.#nextIndex - 1;
    if (lastIndex > this.#syncedIndex) {
      await this.#writer.syncLater();
    }
    this.#noteSynced(lastIndex);
  }

  /** Drops the segments in which every record lies before `lsn`; each removal is durable before the next. */
  dropSegments(lsn: Lsn): void {
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

  /** Closes the segment and frees the directory; what is in the buffer is dropped. */
  giveBack(): void {
    this.#closed = true;
    try {
      this.orPoison(() => {
        this.#writer.close();
      });
    } finally {
      this.#start.release();
    }
  }

  #noteSynced(lastIndex: number): void {
    this.#syncedIndex = lastIndex;
    this.#unsyncedAppends = 0;
  }

  #put(type: number, payload: Uint8Array): Lsn {
    const index = this.#nextIndex;
    this.#writer.put({ type, index, syncedIndex: this.#syncedIndex, payload });
    this.#nextIndex = index + 1;
    return makeLsn(this.#start.life, index);
  }

  /** Begins a new segment where these bytes would take the current one over its size. */
  #makeRoom(bytes: number): void {
    if (!this.hasRoom(bytes)) {
      this.#rotate();
    }
  }

  /** The old segment is durable before the new one exists: the new header is the proof of it. */
  #rotate(): void {
    this.barrier();
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
}

function poisoned(cause: unknown): WalError {
  return new WalError(
    "poisoned",
    "A write or a sync failed, so what is on the disk is not known. Close the log and open it again.",
    { cause },
  );
}
