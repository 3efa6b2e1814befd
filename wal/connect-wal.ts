// The worker's end of a connection: the calls of a log that another thread has open.
import type { MessagePort } from "node:worker_threads";
import { acceptArray, acceptPayload } from "./accept-payload.ts";
import { Backlog } from "./backlog.ts";
import { type Lsn, NO_LSN } from "./lsn.ts";
import { checkOptionRange } from "./option-range.ts";
import { batchBytes, RECORD_HEADER_BYTES, recordBytes } from "./record.ts";
import { WalError } from "./wal-error.ts";
import { receiveError, type WalAnswer, type WalCall, type WalRequest } from "./wal-message.ts";

/** Limits of one connection; those of the log hold for all connections together. */
export interface ConnectOptions {
  /** The most calls that may be under way; more are refused with `overloaded`. 1 ... 1,000,000; default 1024. */
  readonly callsMax?: number;
  /** The most bytes of their records; counted as the log's own option. 1 ... 1 GiB; default 64 MiB. */
  readonly waitingBytesMax?: number;
}

/** A call that is under way. */
interface OpenCall {
  readonly counted: number | undefined;
  resolve(lsns: readonly Lsn[]): void;
  reject(error: unknown): void;
}

/**
 * Takes the end of a connection that `shareWal` gave.
 * @throws WalError `bad-option`.
 */
export function connectWal(port: MessagePort, options: ConnectOptions = {}): ConnectedWal {
  const { callsMax = 1024, waitingBytesMax = 64 * 2 ** 20 } = options;
  checkOptionRange(callsMax, { name: "callsMax", least: 1, most: 1_000_000 });
  checkOptionRange(waitingBytesMax, { name: "waitingBytesMax", least: 1, most: 2 ** 30 });
  return new ConnectedWal(port, new Backlog({ bytes: waitingBytesMax, calls: callsMax }));
}

/**
 * A log that another thread has open. Its calls mean what they mean in `GroupWal`: each promise is
 * fulfilled when a sync has covered the call, errors have the same codes, and the calls of one
 * connection keep their order. Where the owner's thread ends, or the connection does, every call
 * under way rejects with `closed`, and nothing is known of its record: it may be durable.
 * A call under way keeps this thread alive; the connection by itself does not.
 */
export class ConnectedWal {
  readonly #port: MessagePort;
  readonly #backlog: Backlog;
  readonly #open = new Map<number, OpenCall>();
  readonly #outbox: WalRequest[] = [];
  #lastId = 0;
  #isClosed = false;
  /** Told when no call is under way any more. */
  #emptied: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(port: MessagePort, backlog: Backlog) {
    this.#port = port;
    this.#backlog = backlog;
    port.on("message", (answers: readonly WalAnswer[]) => {
      for (const answer of answers) {
        this.#settle(answer);
      }
    });
    port.once("close", () => {
      this.#end();
    });
    port.unref();
  }

  /** As `GroupWal.append`. The payload is copied before this returns. */
  async append(payload: Uint8Array): Promise<Lsn> {
    acceptPayload(payload, Number.POSITIVE_INFINITY);
    const bytes = recordBytes(payload);
    this.#accept(bytes);
    const [lsn = NO_LSN] = await this.#ask({ kind: "append", payload: copyOf(payload) }, bytes);
    return lsn;
  }

  /** As `GroupWal.appendBatch`. */
  async appendBatch(payloads: readonly Uint8Array[]): Promise<Lsn[]> {
    acceptArray(payloads);
    for (const payload of payloads) {
      acceptPayload(payload, Number.POSITIVE_INFINITY);
    }
    const bytes = batchBytes(payloads);
    this.#accept(bytes);
    return [...(await this.#ask({ kind: "batch", payloads: payloads.map(copyOf) }, bytes))];
  }

  /** As `GroupWal.checkpoint`. */
  async checkpoint(): Promise<Lsn> {
    this.#accept(RECORD_HEADER_BYTES);
    const [lsn = NO_LSN] = await this.#ask({ kind: "checkpoint" }, RECORD_HEADER_BYTES);
    return lsn;
  }

  /** Settles when everything that this connection called for before it is durable. */
  async sync(): Promise<void> {
    this.#accept(RECORD_HEADER_BYTES);
    await this.#ask({ kind: "sync" }, RECORD_HEADER_BYTES);
  }

  /**
   * Settles, and never rejects, when no more than half of each limit of this connection and of the
   * log waits, or the connection has ended. After `overloaded`, wait for this and call again.
   */
  async drained(): Promise<void> {
    await this.#backlog.drained();
    if (!this.#isClosed) {
      await this.#ask({ kind: "drained" }).catch(() => undefined);
    }
  }

  /**
   * Waits for all calls before it, refuses all after it with `closed`, and ends the connection. The
   * log stays open. Closing again gives the same answer.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    }
    this.#port.close();
  }

  #accept(bytes: number): void {
    if (this.#isClosed) {
      throw new WalError("closed", "The connection to the log is closed.");
    }
    this.#backlog.check(bytes);
  }

  /** A call that is not `counted` is outside of the limits. */
  #ask(call: WalCall, counted?: number): Promise<readonly Lsn[]> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#open.set(this.#lastId, { counted, resolve, reject });
      if (counted !== undefined) {
        this.#backlog.take(counted);
      }
      this.#port.ref();
      this.#send({ ...call, id: this.#lastId });
    });
  }

  /** The calls of one turn of the event loop go in one message. */
  #send(request: WalRequest): void {
    this.#outbox.push(request);
    if (this.#outbox.length === 1) {
      process.nextTick(() => {
        const requests = this.#outbox.splice(0);
        this.#port.postMessage(requests, requests.flatMap(buffersOf));
      });
    }
  }

  #settle(answer: WalAnswer): void {
    const call = this.#open.get(answer.id);
    switch (answer.kind) {
      case "done":
        call?.resolve(answer.lsns);
        break;
      case "failed":
        call?.reject(receiveError(answer.error));
        break;
    }
    this.#leave(answer.id);
  }

  #leave(id: number): void {
    const counted = this.#open.get(id)?.counted;
    this.#open.delete(id);
    if (counted !== undefined) {
      this.#backlog.settle(counted);
    }
    if (this.#open.size === 0) {
      this.#port.unref();
      this.#emptied?.();
    }
  }

  /** The other end is gone, or this one was closed. */
  #end(): void {
    this.#isClosed = true;
    for (const [id, call] of this.#open) {
      const reason = "The log's owner is gone; whether the call was done is not known.";
      call.reject(new WalError("closed", reason));
      this.#leave(id);
    }
  }
}

/** Bytes of their own, which can be handed over without a copy. */
function copyOf(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(payload);
}

function buffersOf(call: WalCall): ArrayBuffer[] {
  switch (call.kind) {
    case "append":
      return [call.payload.buffer];
    case "batch":
      return call.payloads.map((payload) => payload.buffer);
    case "checkpoint":
    case "sync":
    case "drained":
      return [];
  }
}
