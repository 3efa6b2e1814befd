// A bound on what waits: bytes and calls that were taken and are not settled.
import { WalError } from "./wal-error.ts";

/** Counts what waits, refuses what is too much, and tells when there is room again. */
export class Backlog {
  readonly #bytesMax: number;
  readonly #callsMax: number;
  #bytes = 0;
  #calls = 0;
  readonly #drained: (() => void)[] = [];

  constructor(limits: { readonly bytes: number; readonly calls?: number }) {
    this.#bytesMax = limits.bytes;
    this.#callsMax = limits.calls ?? Number.POSITIVE_INFINITY;
  }

  get calls(): number {
    return this.#calls;
  }

  /**
   * Refuses a call of so many bytes where it is too much. Where nothing waits, any size is taken.
   * @throws WalError `overloaded`.
   */
  check(bytes: number): void {
    if (this.#calls > 0 && this.#bytes + bytes > this.#bytesMax) {
      throw overloaded(
        `${this.#bytes} bytes wait, and ${bytes} more would exceed ${this.#bytesMax}`,
      );
    }
    if (this.#calls >= this.#callsMax) {
      throw overloaded(`${this.#calls} calls wait, which is the limit`);
    }
  }

  /** A call of so many bytes waits from now on. */
  take(bytes: number): void {
    this.#bytes += bytes;
    this.#calls += 1;
  }

  /** A call of so many bytes is settled. */
  settle(bytes: number): void {
    this.#bytes -= bytes;
    this.#calls -= 1;
    if (this.#drained.length > 0 && this.#hasRoom()) {
      for (const resolve of this.#drained.splice(0)) {
        resolve();
      }
    }
  }

  /** Settles when no more than half of each limit waits. */
  async drained(): Promise<void> {
    if (!this.#hasRoom()) {
      await new Promise<void>((resolve) => {
        this.#drained.push(resolve);
      });
    }
  }

  #hasRoom(): boolean {
    return this.#bytes <= this.#bytesMax / 2 && this.#calls <= this.#callsMax / 2;
  }
}

function overloaded(reason: string): WalError {
  return new WalError(
    "overloaded",
    `Too much waits to be synced: ${reason}. Wait for drained(), then try again.`,
  );
}
