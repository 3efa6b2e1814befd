// The arguments of one system call, from strace's text to values.
import { readBytes } from "./trace-bytes.ts";
import type { Argument } from "./traced-call.ts";
import type { WordTable } from "./word-table.ts";

/** How deep lists and structs may lie in each other; Linux's own have four levels. */
const DEEPEST = 16;
/** What is kept of text that has no other form, in characters. */
const OTHER_TEXT = 200;

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const SMALL_X = 0x78;
const OPEN_STRUCT = 0x7b;
const BAR = 0x7c;
const CLOSE_STRUCT = 0x7d;

/** 1 for letters, digits and `_`: what names and numbers are made of. */
const IN_WORD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /\w/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** Most numbers are small: descriptors, flags, lengths. */
const SMALL_NUMBERS: readonly Argument[] = Array.from({ length: 1024 }, (_, value) => ({
  kind: "number",
  value,
}));

/** Reads arguments from a line; keeps the words it has seen. */
export class ArgumentParser {
  readonly #words: WordTable;
  readonly #symbols = new Map<string, Argument>();
  #line: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  constructor(words: WordTable) {
    this.#words = words;
  }

  /** Where the last `parse` ended: behind the closing bracket. */
  get next(): number {
    return this.#at;
  }

  /**
   * Reads from behind the opening bracket to the closing one. Undefined where none closes it, or
   * what stands there are no arguments.
   */
  parse(line: Buffer, from: number, end: number): readonly Argument[] | undefined {
    this.#line = line;
    this.#at = from;
    this.#end = end;
    return this.#items(CLOSE, 0);
  }

  #items(closing: number, depth: number): readonly Argument[] | undefined {
    const items: Argument[] = [];
    this.#skipSpaces();
    while (!this.#take(closing)) {
      if (items.length > 0 && !this.#take(COMMA)) return undefined;
      this.#skipSpaces();
      // Nothing behind the last comma: the call ended before its other arguments were known.
      if (closing === CLOSE && items.length > 0 && this.#take(CLOSE)) return items;
      const item = this.#argument(depth);
      if (item === undefined) return undefined;
      items.push(item);
      this.#skipSpaces();
    }
    return items;
  }

  /** One argument, with its name where it has one, and what it was changed to. */
  #argument(depth: number): Argument | undefined {
    const name = this.#name();
    const before = this.#value(depth);
    if (before === undefined) return undefined;
    const after = this.#change(depth);
    const value = after === undefined ? before : ({ kind: "changed", before, after } as const);
    return name === undefined ? value : { kind: "struct", fields: new Map([[name, value]]) };
  }

  #value(depth: number): Argument | undefined {
    const from = this.#at;
    const value = depth > DEEPEST ? undefined : this.#known(depth);
    this.#skipComment();
    if (value !== undefined && this.#isDelimited()) return value;
    this.#at = from;
    return this.#other();
  }

  #known(depth: number): Argument | undefined {
    const byte = this.#line[this.#at] ?? 0;
    if (byte === QUOTE) return this.#bytes();
    if (byte === OPEN_STRUCT) return this.#struct(depth + 1);
    if (byte === OPEN_LIST) {
      this.#at += 1;
      const items = this.#items(CLOSE_LIST, depth + 1);
      return items && { kind: "list", items };
    }
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#number();
    return IN_WORD[byte] === 1 ? this.#symbolNames() : undefined;
  }

  #bytes(): Argument | undefined {
    const read = readBytes(this.#line, this.#at, this.#end);
    if (read === undefined) return undefined;
    this.#at = read.next;
    const cut = this.#line[this.#at] === DOT;
    if (cut) this.#at += 3;
    return { kind: "bytes", bytes: read.bytes, complete: !cut };
  }

  #struct(depth: number): Argument | undefined {
    this.#at += 1;
    const fields = new Map<string, Argument>();
    this.#skipSpaces();
    while (!this.#take(CLOSE_STRUCT)) {
      if (fields.size > 0 && !this.#take(COMMA)) return undefined;
      this.#skipSpaces();
      const name = this.#name();
      const before = name === undefined ? undefined : this.#value(depth);
      if (name === undefined || before === undefined) return undefined;
      const after = this.#change(depth);
      fields.set(name, after === undefined ? before : { kind: "changed", before, after });
      this.#skipSpaces();
    }
    return { kind: "struct", fields };
  }

  /** Decimal, `0x` and, as C has it, octal. Undefined where a double does not hold it exactly. */
  #number(): Argument | undefined {
    const from = this.#at;
    const value = this.#integer();
    if (value !== undefined && this.#line[this.#at] !== BAR) {
      return SMALL_NUMBERS[value] ?? { kind: "number", value };
    }
    this.#at = from;
    return this.#symbolNames();
  }

  #integer(): number | undefined {
    const line = this.#line;
    const negative = this.#take(MINUS);
    let base = 10;
    if (line[this.#at] === ZERO && IN_WORD[line[this.#at + 1] ?? 0] === 1) {
      base = line[this.#at + 1] === SMALL_X ? 16 : 8;
      this.#at += base === 16 ? 2 : 1;
    }
    const first = this.#at;
    let value = 0;
    for (let digit = digitOf(line[first]); digit < base; digit = digitOf(line[this.#at])) {
      value = value * base + digit;
      this.#at += 1;
    }
    if (this.#at === first || !Number.isSafeInteger(value)) return undefined;
    return negative && value !== 0 ? -value : value;
  }

  /** `A|B|0x4`; of a number with two meanings, `A or B`, both names. */
  #symbolNames(): Argument | undefined {
    const from = this.#at;
    let at = from;
    while (IN_WORD[this.#line[at] ?? 0] === 1 || this.#line[at] === BAR || this.#isOr(at)) {
      at += this.#isOr(at) ? 4 : 1;
    }
    if (at === from) return undefined;
    this.#at = at;
    const text = this.#words.text(this.#line, from, at);
    const known = this.#symbols.get(text);
    if (known !== undefined) return known;
    const symbols: Argument = { kind: "symbols", names: text.split(/\||(?<=\w) or (?=\w)/) };
    if (this.#symbols.size < 4096) this.#symbols.set(text, symbols);
    return symbols;
  }

  #isOr(at: number): boolean {
    return this.#line[at] === SPACE && this.#line.toString("latin1", at, at + 4) === " or ";
  }

  /** What stands up to the next comma or closing bracket, as it is. */
  #other(): Argument | undefined {
    const from = this.#at;
    let depth = 0;
    for (let at = from; at < this.#end; at += 1) {
      const byte = this.#line[at] ?? 0;
      if (byte === QUOTE) {
        const read = readBytes(this.#line, at, this.#end);
        if (read === undefined) return undefined;
        at = read.next - 1;
      } else if (depth === 0 && isDelimiter(byte)) {
        this.#at = at;
        const text = this.#line.toString("latin1", from, Math.min(at, from + OTHER_TEXT)).trim();
        return text === "" ? undefined : { kind: "other", text };
      } else if (byte === OPEN || byte === OPEN_LIST || byte === OPEN_STRUCT) depth += 1;
      else if (byte === CLOSE || byte === CLOSE_LIST || byte === CLOSE_STRUCT) depth -= 1;
    }
    return undefined;
  }

  /** `name=`, as fields and some arguments have it. */
  #name(): string | undefined {
    const from = this.#at;
    let at = from;
    while (IN_WORD[this.#line[at] ?? 0] === 1) at += 1;
    if (at === from || this.#line[at] !== EQUALS) return undefined;
    this.#at = at + 1;
    return this.#words.text(this.#line, from, at);
  }

  /** ` => value` */
  #change(depth: number): Argument | undefined {
    this.#skipSpaces();
    if (this.#line[this.#at] !== EQUALS || this.#line[this.#at + 1] !== GREATER) return undefined;
    this.#at += 2;
    this.#skipSpaces();
    return this.#value(depth);
  }

  /** True where a value may end: at a delimiter, or before ` => `. */
  #isDelimited(): boolean {
    const line = this.#line;
    let at = this.#at;
    while (line[at] === SPACE) at += 1;
    return isDelimiter(line[at] ?? 0) || (line[at] === EQUALS && line[at + 1] === GREATER);
  }

  /** ` /* 42 vars *\/`: what strace says beside a value. */
  #skipComment(): void {
    const at = this.#at;
    if (this.#line[at] !== SPACE || this.#line[at + 1] !== SLASH) return;
    const closes = this.#line.indexOf("*/", at, "latin1");
    if (closes !== -1 && closes < this.#end) this.#at = closes + 2;
  }

  #skipSpaces(): void {
    while (this.#line[this.#at] === SPACE) this.#at += 1;
  }

  #take(byte: number): boolean {
    if (this.#at >= this.#end || this.#line[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte === CLOSE_LIST || byte === CLOSE_STRUCT;
}

/** The value of a digit up to `f`; 16 for any other byte. */
function digitOf(byte: number | undefined): number {
  if (byte === undefined) return 16;
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : 16;
}
