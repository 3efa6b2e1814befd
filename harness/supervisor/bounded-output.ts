// The first bytes of what a child prints; the rest is read, counted and dropped.
import type { Readable } from "node:stream";

/** Keeps up to a number of bytes. All is read, so that a talkative child never waits for us. */
export class BoundedOutput {
  readonly #limitBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #dropped = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  read(stream: Readable): void {
    stream.on("data", (chunk: Buffer) => this.#add(chunk));
    // A pipe may break with its child; what was printed until then is kept.
    stream.on("error", () => undefined);
  }

  clear(): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#dropped = 0;
  }

  toString(): string {
    const text = Buffer.concat(this.#kept).toString("utf8");
    return this.#dropped === 0 ? text : `${text}\n[${this.#dropped} bytes more were dropped]\n`;
  }

  #add(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#limitBytes - this.#keptBytes);
    this.#dropped += chunk.length - kept.length;
    if (kept.length === 0) return;
    this.#keptBytes += kept.length;
    // A copy: a slice would hold on to the whole chunk.
    this.#kept.push(Buffer.from(kept));
  }
}
