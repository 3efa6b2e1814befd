// The answers of one child, line by line, checked against what it was asked.
import { type ChildLine, parseChildLine, shownLine } from "./protocol.ts";
import { SupervisorError, type SupervisorErrorCode } from "./supervisor-error.ts";

/** The operations that a child may answer; their number may grow while it works. */
export interface AskedOperations {
  readonly first: number;
  readonly count: number;
}

/** Longest line that is taken, in bytes: an acknowledgement with the LSNs of a very large batch. */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const LINE_END = 0x0a;

/**
 * Turns bytes into checked lines. A line counts once its end has arrived; what a death leaves
 * behind the last line's end is nothing. Operations are asked one after the other, so they are
 * answered in order, each once.
 */
export class AnswerLog {
  readonly lines: ChildLine[] = [];
  readonly #asked: AskedOperations;
  readonly #onLine: (line: ChildLine) => void;
  readonly #parse: (line: string) => ChildLine;
  #next: number;
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
    this.#next = asked.first;
  }

  /** Bytes behind the last complete line. */
  get incompleteBytes(): number {
    return this.#pendingBytes;
  }

  /**
   * Takes what has arrived.
   * @throws SupervisorError with one of the protocol's codes; the log takes nothing after that.
   */
  push(chunk: Buffer): void {
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
    const { first, count } = this.#asked;
    if (operation < first || operation >= first + count) {
      throw breach("unknown-operation", "an answer to an operation that was not asked", text);
    }
    if (operation < this.#next) throw breach("answered-twice", "a second answer", text);
    if (operation > this.#next) {
      throw breach("answered-out-of-order", "an answer before that of an earlier operation", text);
    }
    this.#next += 1;
  }
}

function breach(code: SupervisorErrorCode, what: string, text: string): SupervisorError {
  const line = shownLine(text);
  return new SupervisorError(code, `${what}: "${line}"`, { line });
}
