// Cuts a stream of chunks into lines, with a limit on the length of one.
import { RecorderError } from "./recorder-error.ts";

const NEWLINE = 0x0a;

/** Is given a line's place in a buffer, without its newline; the buffer is only valid meanwhile. */
export type LineReader = (bytes: Buffer, from: number, end: number) => void;

/** Keeps the start of a line until its end comes. */
export class LineCutter {
  readonly #read: LineReader;
  readonly #limitBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;

  constructor(limitBytes: number, read: LineReader) {
    this.#limitBytes = limitBytes;
    this.#read = read;
  }

  /** Bytes of a line that has no end yet. */
  get rest(): number {
    return this.#keptBytes;
  }

  /** @throws RecorderError `trace-too-large`, and whatever the reader throws */
  push(chunk: Buffer): void {
    let from = 0;
    let end = chunk.indexOf(NEWLINE);
    if (this.#keptBytes > 0 && end !== -1) {
      this.#keep(chunk.subarray(0, end));
      const line = Buffer.concat(this.#kept);
      this.#kept = [];
      this.#keptBytes = 0;
      this.#read(line, 0, line.length);
      from = end + 1;
      end = chunk.indexOf(NEWLINE, from);
    }
    while (end !== -1) {
      this.#read(chunk, from, end);
      from = end + 1;
      end = chunk.indexOf(NEWLINE, from);
    }
    // A copy: the chunk may be written over when it is read.
    if (from < chunk.length) this.#keep(Buffer.from(chunk.subarray(from)));
  }

  #keep(part: Buffer): void {
    this.#kept.push(part);
    this.#keptBytes += part.length;
    if (this.#keptBytes > this.#limitBytes) {
      throw new RecorderError(
        "trace-too-large",
        `a line of the trace has more than ${this.#limitBytes} bytes, for the program writes too much in one call`,
        { line: Buffer.concat(this.#kept.slice(0, 1)).toString("latin1", 0, 200) },
      );
    }
  }
}
