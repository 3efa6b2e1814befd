// The write-ahead log: what an append does in each sync mode, and what is a barrier in all of them.
import type { LogTail } from "./log-tail.ts";
import type { Lsn } from "./lsn.ts";
import type { ResolvedWalOptions } from "./options.ts";

/**
 * An open log. Every call returns when what its mode promises is done; in between nothing else is
 * acknowledged. A failed write or sync poisons the log: that call and every later one fails, until
 * the log is opened again, because what the kernel did with the bytes can no longer be known.
 */
export class Wal {
  readonly #tail: LogTail;
  readonly #options: ResolvedWalOptions;

  constructor(tail: LogTail, options: ResolvedWalOptions) {
    this.#tail = tail;
    this.#options = options;
  }

  /** The last checkpoint's LSN, also one of an earlier life; `undefined` where there is none. */
  get lastCheckpoint(): Lsn | undefined {
    return this.#tail.lastCheckpoint;
  }

  /**
   * Adds one record and returns its LSN.
   * @throws WalError `record-too-large` (nothing is written), `bad-argument`, `closed`, `poisoned`.
   */
  append(payload: Uint8Array): Lsn {
    this.#tail.accept(1);
    this.#tail.acceptPayload(payload);
    return this.#tail.orPoison(() => {
      const lsn = this.#tail.putSingle(payload);
      this.#settleAppend();
      return lsn;
    });
  }

  /**
   * Adds records of which recovery finds all or none, and returns their LSNs. A barrier in every
   * mode, also when it is empty.
   */
  appendBatch(payloads: readonly Uint8Array[]): Lsn[] {
    this.#tail.acceptBatch(payloads);
    return this.#tail.orPoison(() => {
      const lsns = this.#tail.putBatch(payloads);
      this.#tail.barrier();
      return lsns;
    });
  }

  /** Marks that all before it is kept elsewhere, so that it may be dropped. A barrier in every mode. */
  checkpoint(): Lsn {
    this.#tail.accept(1);
    return this.#tail.orPoison(() => {
      const lsn = this.#tail.putCheckpoint();
      this.#tail.barrier();
      this.#tail.noteCheckpoint(lsn);
      return lsn;
    });
  }

  /** Hands the buffer to the kernel: a killed process loses nothing, a power cut may. No barrier. */
  flush(): void {
    this.#tail.accept(0);
    this.#tail.orPoison(() => {
      this.#tail.write();
    });
  }

  /** Makes everything before it durable. */
  sync(): void {
    this.#tail.accept(0);
    this.#tail.orPoison(() => {
      this.#tail.barrier();
    });
  }

  /**
   * Drops the segments in which every record lies before `lsn`. They go oldest first, and each
   * removal is durable before the next, so a crash leaves a log without a hole.
   * @throws WalError `beyond-checkpoint` where `lsn` lies behind the last checkpoint.
   */
  truncateBefore(lsn: Lsn): void {
    this.#tail.acceptTruncation(lsn);
    this.#tail.orPoison(() => {
      this.#tail.dropSegments(lsn);
    });
  }

  /**
   * Writes what is in the buffer, syncs it in the modes that sync, and gives the directory back.
   * Closing a closed log does nothing.
   * @throws WalError `poisoned` where the log is, or now becomes so; the directory is free even then.
   */
  close(): void {
    if (this.#tail.isClosed) {
      return;
    }
    try {
      this.#tail.accept(0);
      this.#tail.orPoison(() => {
        this.#settleClose();
      });
    } finally {
      this.#tail.giveBack();
    }
  }

  /** What the mode does before an append is acknowledged. */
  #settleAppend(): void {
    const { mode, batchSyncCount } = this.#options;
    switch (mode) {
      case "sync":
        this.#tail.barrier();
        break;
      case "batch":
        if (this.#tail.unsyncedAppends >= batchSyncCount) {
          this.#tail.barrier();
        }
        break;
      case "flush":
        this.#tail.write();
        break;
      case "none":
        break;
    }
  }

  #settleClose(): void {
    switch (this.#options.mode) {
      case "sync":
      case "batch":
        this.#tail.barrier();
        break;
      case "flush":
      case "none":
        this.#tail.write();
        break;
    }
  }
}
