// The answers of one child, line by line, checked against what it was asked.
import { type ChildLine, parseChildLine, shownLine } from "./protocol.ts";
import { SupervisorError, type SupervisorErrorCode } from "./supervisor-error.ts";

/** The operations that a child may answer; their number may grow while it works. */
export interface AskedOperations {
  readonly first: number;
  readonly count: number;
  /** How many may be without an answer at once; 1 where it is left out. */
  readonly concurrency?: number;
}

/** Longest line that is taken, in bytes: an acknowledgement with the LSNs of a very large batch. */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const LINE_END = 0x0a;

/**
 * Turns bytes into checked lines. A line counts once its end has arrived; what a death leaves
 * behind the last line's end is nothing. Operations are asked in order, as many at once as may be in
 * flight, and are answered in any order among those, each once.
 */
export class AnswerLog {
  readonly lines: ChildLine[] = [];
  readonly #asked: AskedOperations;
  readonly #onLine: (line: ChildLine) => void;
  readonly #parse: (line: string) => ChildLine;
  readonly #answered = new Set<number>();
  #breach: SupervisorError | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(
    asked: AskedOperations,
    onLine: (line: ChildLine) => void,
    parse: (line: string) => ChildLine = parseChildLine,
  ) {
    this.#asked = asked;
    this.#onLine = onLine;
    this.#parse = parse;
  }

  /** Bytes behind the last complete line. */
  get incompleteBytes(): number {
    return this.#pendingBytes;
  }

  /** How the child broke the protocol, with one of its codes; the lines before it stand. */
  get breach(): SupervisorError | undefined {
    return this.#breach;
  }

  /** Takes what has arrived; false where it breaks the protocol, and behind a breach: nothing is taken then. */
  receive(chunk: Buffer): boolean {
    if (this.#breach !== undefined) return false;
    try {
      this.#push(chunk);
    } catch (error) {
      if (!(error instanceof SupervisorError)) throw error;
      this.#breach = error;
    }
    return this.#breach === undefined;
  }

  #push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    this.#pendingBytes += part.length;
    this.#pending.push(part);
    if (this.#pendingBytes <= LINE_LIMIT_BYTES) return;
    throw breach("line-too-long", "a line is longer than the limit", this.#pendingText());
  }

  #pendingText(): string {
    return Buffer.concat(this.#pending).toString("utf8");
  }

  #finishLine(): void {
    const text = this.#pendingText();
    this.#pending = [];
    this.#pendingBytes = 0;
    const line = this.#parse(text);
    if (line.kind === "ack" || line.kind === "err") this.#answer(line.operation, text);
    this.lines.push(line);
    this.#onLine(line);
  }

  #answer(operation: number, text: string): void {
    const { first, count, concurrency = 1 } = this.#asked;
    if (operation < first || operation >= first + count) {
      throw breach("unknown-operation", "an answer to an operation that was not asked", text);
    }
    if (this.#answered.has(operation)) throw breach("answered-twice", "a second answer", text);
    // An operation so far ahead waits for the answer of an earlier one before it is asked.
    if (operation >= first + this.#answered.size + concurrency) {
      throw breach("answered-out-of-order", "an answer before that of an earlier operation", text);
    }
    this.#answered.add(operation);
  }
}

function breach(code: SupervisorErrorCode, what: string, text: string): SupervisorError {
  const line = shownLine(text);
  return new SupervisorError(code, `${what}: "${line}"`, { line });
}
