// Reads what strace writes, chunk by chunk, and tells each call, exit and death in their order.
import { ArgumentParser } from "./argument-parser.ts";
import { readResult } from "./call-result.ts";
import { LineCutter } from "./line-cutter.ts";
import { RecorderError } from "./recorder-error.ts";
import type { Argument, CallResult, TracedEvent } from "./traced-call.ts";
import { WordTable } from "./word-table.ts";

const SPACE = 0x20;
const OPEN = 0x28;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const LESS = 0x3c;
const GREATER = 0x3e;

/** What is shown of a line that was not understood, in characters. */
const SHOWN = 300;
/** More than this stands behind no call that has not ended: ` <unfinished ...>` and its like. */
const LONGEST_STOP = 48;
const UNFINISHED = " <unfinished ...>";
const RESUMED = " resumed>";

/** A call that has begun: its text so far, from behind the opening bracket, and since when. */
interface Begun {
  readonly thread: number;
  readonly name: string;
  readonly text: Buffer;
  readonly start: number;
  readonly startedAt: number;
  /** True where an exec gave the thread its process's number; what strace prints as its result is then none. */
  readonly renumbered?: true;
}

/** What the end of a trace says of it. */
export interface TraceEnd {
  /** Threads whose end is not in the trace: the tracer was stopped before them. */
  readonly alive: readonly number[];
  /** Bytes of a last line that was cut off. */
  readonly cutBytes: number;
}

/** Takes the output of `strace -f -o`, as `straceArguments` asks for it, whole or in chunks. */
export class TraceParser {
  readonly #emit: (event: TracedEvent) => void;
  readonly #words = new WordTable();
  readonly #arguments = new ArgumentParser(this.#words);
  readonly #lines: LineCutter;
  readonly #begun = new Map<number, Begun>();
  readonly #alive = new Set<number>();
  #line: Buffer = Buffer.alloc(0);
  #from = 0;
  #at = 0;
  #end = 0;
  #moment = 0;

  /** `lineBytes` limits one line: about four times the largest write, and what stands around it. */
  constructor(limits: { readonly lineBytes: number }, emit: (event: TracedEvent) => void) {
    this.#emit = emit;
    this.#lines = new LineCutter(limits.lineBytes, (line, from, end) => {
      this.#read(line, from, end);
    });
  }

  /** @throws RecorderError `not-understood`, with the line; `trace-too-large`; `tracer-failed` */
  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  /** Tells the calls that nobody saw the end of. */
  end(): TraceEnd {
    const alive = [...this.#alive];
    for (const thread of alive) this.#abandon(thread);
    return { alive, cutBytes: this.#lines.rest };
  }

  #read(line: Buffer, from: number, end: number): void {
    this.#line = line;
    this.#from = from;
    this.#at = from;
    this.#end = end;
    const thread = this.#integer();
    const startedAt = this.#time();
    const first = line[this.#at];
    if (thread === 0) throw this.#notUnderstood("it does not begin with a process's number");
    if (first === PLUS) this.#readEnd(thread);
    else if (first === LESS) this.#readResumed(thread);
    else if (first !== MINUS) this.#readCall(thread, startedAt);
    // A signal that came, or a stop by one: it does nothing to a file.
    else if (!this.#rest().endsWith(" ---")) throw this.#notUnderstood("a signal without an end");
  }

  #readCall(thread: number, startedAt: number): void {
    const name = this.#callName();
    if (this.#begun.has(thread)) throw this.#notUnderstood("its thread has a call under way");
    this.#alive.add(thread);
    const start = this.#tick();
    const begun = { thread, name, text: this.#line, start, startedAt };
    const stop = this.#line[this.#end - 1] === GREATER ? this.#stop() : undefined;
    if (stop === undefined) {
      this.#finish(begun, this.#at, this.#end);
      return;
    }
    const text = Buffer.allocUnsafe(stop - this.#at);
    this.#line.copy(text, 0, this.#at, stop);
    this.#begun.set(thread, { ...begun, text });
  }

  #readResumed(thread: number): void {
    const begun = this.#begun.get(thread);
    if (begun === undefined) throw this.#notUnderstood("its thread has no call under way");
    const resumed = this.#at + "<... ".length + begun.name.length;
    const from = resumed + RESUMED.length;
    if (!this.#has(`<... ${begun.name}`, this.#at) || !this.#has(RESUMED, resumed)) {
      throw this.#notUnderstood(`its thread is in ${begun.name}`);
    }
    this.#begun.delete(thread);
    const text = Buffer.allocUnsafe(begun.text.length + this.#end - from);
    begun.text.copy(text);
    this.#line.copy(text, begun.text.length, from, this.#end);
    this.#finish({ ...begun, text }, 0, text.length);
  }

  #finish({ text, ...begun }: Begun, from: number, end: number): void {
    const args = this.#arguments.parse(text, from, end);
    if (args === undefined) throw this.#notUnderstood("its arguments");
    const result = readResult(text, this.#arguments.next, end);
    if (result === undefined) throw this.#notUnderstood("its result");
    this.#tell(begun, args, begun.renumbered ? { kind: "value", value: 0 } : result);
  }

  #tell(begun: Omit<Begun, "text">, args: readonly Argument[], result: CallResult): void {
    const { thread, name, start, startedAt } = begun;
    const end = this.#tick();
    const call = Number.isNaN(startedAt)
      ? { thread, name, args, result, start, end }
      : { thread, name, args, result, start, end, startedAt };
    this.#emit({ kind: "call", call });
  }

  /** Tells a call that its thread did not live to see the end of, with the arguments that were printed. */
  #abandon(thread: number): void {
    const begun = this.#begun.get(thread);
    if (begun === undefined) return;
    this.#begun.delete(thread);
    const text = Buffer.concat([begun.text, Buffer.from(")")]);
    this.#tell(begun, this.#arguments.parse(text, 0, text.length) ?? [], { kind: "none" });
  }

  /** `+++ exited with 0 +++`, `+++ killed by SIGKILL +++`, `+++ superseded by execve in pid 7 +++` */
  #readEnd(thread: number): void {
    const words = this.#rest().split(" ");
    const [, what, , detail = ""] = words;
    if (words.at(-1) !== "+++") throw this.#notUnderstood("an exit without an end");
    if (what === "superseded") {
      this.#renumber(Number(words.at(-2)), thread);
      return;
    }
    this.#abandon(thread);
    this.#alive.delete(thread);
    const at = this.#tick();
    if (what === "exited") this.#emit({ kind: "exited", thread, at, code: Number(detail) });
    else if (what === "killed") this.#emit({ kind: "killed", thread, at, signal: detail });
    else throw this.#notUnderstood("an exit of no known kind");
  }

  /** A thread that was not its process's first made an exec: it goes on under the first one's number. */
  #renumber(from: number, to: number): void {
    this.#abandon(to);
    const exec = this.#begun.get(from);
    if (exec === undefined) throw this.#notUnderstood("no exec is under way there");
    this.#begun.delete(from);
    this.#alive.delete(from);
    this.#alive.add(to);
    this.#begun.set(to, { ...exec, thread: to, renumbered: true });
  }

  /** Where the text of a call ends that has not ended itself. */
  #stop(): number | undefined {
    if (this.#has(UNFINISHED, this.#end - UNFINISHED.length)) return this.#end - UNFINISHED.length;
    const from = Math.max(this.#at, this.#end - LONGEST_STOP);
    const tail = this.#line.toString("latin1", from, this.#end);
    const begins = tail.lastIndexOf(" <");
    const words = tail.slice(begins);
    if (/^ <pid changed to \d+ \.\.\.>$/.test(words)) return from + begins;
    if (words !== " <detached ...>") return undefined;
    throw this.#error("tracer-failed", "strace let go of a program that it traced");
  }

  #callName(): string {
    let at = this.#at;
    while (at < this.#end && this.#line[at] !== OPEN && this.#line[at] !== SPACE) at += 1;
    if (at === this.#at || this.#line[at] !== OPEN) throw this.#notUnderstood("it names no call");
    const name = this.#words.text(this.#line, this.#at, at);
    this.#at = at + 1;
    return name;
  }

  /** Digits and the spaces behind them; 0 where there are none. */
  #integer(): number {
    let value = 0;
    let byte = this.#line[this.#at] ?? 0;
    while (byte >= 0x30 && byte <= 0x39 && this.#at < this.#end) {
      value = value * 10 + byte - 0x30;
      this.#at += 1;
      byte = this.#line[this.#at] ?? 0;
    }
    while (this.#line[this.#at] === SPACE) this.#at += 1;
    return value;
  }

  /** `1700000000.123456`; not a number where the trace has no times. */
  #time(): number {
    const from = this.#at;
    const seconds = this.#integer();
    if (this.#at === from || this.#line[this.#at] !== DOT) {
      this.#at = from;
      return Number.NaN;
    }
    this.#at += 1;
    const fraction = this.#at;
    const digits = this.#integer();
    return seconds + digits / 10 ** (this.#at - 1 - fraction);
  }

  /** True where this text stands at a place of the line. */
  #has(text: string, at: number): boolean {
    for (let n = 0; n < text.length; n += 1) {
      if (this.#line[at + n] !== text.charCodeAt(n)) return false;
    }
    return at + text.length <= this.#end;
  }

  #tick(): number {
    this.#moment += 1;
    return this.#moment - 1;
  }

  #rest(): string {
    return this.#line.toString("latin1", this.#at, this.#end);
  }

  #notUnderstood(why: string): RecorderError {
    return this.#error("not-understood", `A line of strace's output was not understood (${why})`);
  }

  #error(code: "not-understood" | "tracer-failed", message: string): RecorderError {
    const end = Math.min(this.#end, this.#from + SHOWN);
    const line = this.#line.toString("latin1", this.#from, end);
    return new RecorderError(code, `${message}: ${line}`, { line });
  }
}
