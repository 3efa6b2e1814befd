// A note that a child keeps of what it is doing, and that its supervisor can read when the child cannot speak.
import { closeSync, openSync, readSync, writeSync } from "node:fs";

// A number in a file: writing it costs a microsecond, a loop that never ends does not keep it back
// as it does a message, and it outlives a child that dies.

/** The variable that tells a child where its note lies. */
export const NOTE_VARIABLE = "ACKPROOF_NOTE";

const NOTE_BYTES = 4;

/** The supervisor's side of one child's note. */
export class ProgressNote {
  readonly #file: number;
  #closed = false;

  /** Makes the file; nothing may lie at `path`. */
  constructor(path: string) {
    this.#file = openSync(path, "wx+");
  }

  /** The number of the step that is under way; 0 for none, and once it is closed. */
  read(): number {
    const bytes = Buffer.alloc(NOTE_BYTES);
    if (!this.#closed) readSync(this.#file, bytes, 0, NOTE_BYTES, 0);
    return bytes.readUInt32LE();
  }

  /** Before a new job: what an earlier one was doing no longer matters. */
  clear(): void {
    if (!this.#closed) writeSync(this.#file, Buffer.alloc(NOTE_BYTES), 0, NOTE_BYTES, 0);
  }

  /** A second time changes nothing. */
  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }
}

/** The child's side: notes the number of the step that begins; 0 when it has ended. */
export function noteWriter(): (step: number) => void {
  const path = process.env[NOTE_VARIABLE];
  if (path === undefined) return () => undefined;
  const file = openSync(path, "r+");
  const bytes = Buffer.alloc(NOTE_BYTES);
  return (step) => {
    bytes.writeUInt32LE(step);
    writeSync(file, bytes, 0, NOTE_BYTES, 0);
  };
}
