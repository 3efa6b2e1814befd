// Byte strings as strace prints them: `"\x61\x62"`, or the C form of a trace without -xx.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;
const NOT_HEX = 0xff;

/** The value of a hexadecimal digit by its byte. */
const HEX: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? NOT_HEX : digit;
});

/** What a letter or sign behind a backslash means in C, other than `x` and octal digits. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x74, 0x09],
  [0x72, 0x0d],
  [0x76, 0x0b],
  [0x66, 0x0c],
  [0x62, 0x08],
  [0x61, 0x07],
  [0x65, 0x1b],
]);

/** The bytes of a string and the place behind its closing quote. */
export interface ReadBytes {
  readonly bytes: Uint8Array;
  readonly next: number;
}

/** Small strings share a block of memory: a block of its own for each costs more than reading it. */
const BLOCK_BYTES = 64 * 1024;
const SMALL_BYTES = 4096;
let block = new ArrayBuffer(0);
let used = 0;

function makeRoom(length: number): Uint8Array {
  if (length > SMALL_BYTES) return new Uint8Array(length);
  if (used + length > block.byteLength) {
    block = new ArrayBuffer(BLOCK_BYTES);
    used = 0;
  }
  used += length;
  return new Uint8Array(block, used - length, length);
}

/** Reads the string whose opening quote stands at `from`; undefined where it is none. */
export function readBytes(line: Buffer, from: number, end: number): ReadBytes | undefined {
  const first = from + 1;
  let at = first;
  while (line[at] === BACKSLASH && line[at + 1] === LETTER_X) at += 4;
  if (at >= end || line[at] !== QUOTE) return readEscaped(line, first, end);
  const bytes = makeRoom((at - first) >> 2);
  for (let n = 0, place = first + 2; n < bytes.length; n += 1, place += 4) {
    const high = HEX[line[place] ?? 0] ?? NOT_HEX;
    const low = HEX[line[place + 1] ?? 0] ?? NOT_HEX;
    if (high === NOT_HEX || low === NOT_HEX) return readEscaped(line, first, end);
    bytes[n] = (high << 4) | low;
  }
  return { bytes, next: at + 1 };
}

function readEscaped(line: Buffer, first: number, end: number): ReadBytes | undefined {
  const bytes: number[] = [];
  let at = first;
  while (at < end) {
    const byte = line[at] ?? 0;
    if (byte === QUOTE) return { bytes: Uint8Array.from(bytes), next: at + 1 };
    const escape = byte === BACKSLASH ? readEscape(line, at + 1) : { value: byte, next: at + 1 };
    if (escape === undefined) return undefined;
    bytes.push(escape.value);
    at = escape.next;
  }
  return undefined;
}

function readEscape(
  line: Buffer,
  from: number,
): { readonly value: number; readonly next: number } | undefined {
  const byte = line[from] ?? 0;
  const known = byte === QUOTE || byte === BACKSLASH ? byte : ESCAPES.get(byte);
  if (known !== undefined) return { value: known, next: from + 1 };
  const isHex = byte === LETTER_X;
  const [base, digits, first] = isHex ? [16, 2, from + 1] : [8, 3, from];
  let [value, next] = [0, first];
  while (next < first + digits && (HEX[line[next] ?? 0] ?? NOT_HEX) < base) {
    value = value * base + (HEX[line[next] ?? 0] ?? 0);
    next += 1;
  }
  return next === first || value > 0xff ? undefined : { value, next };
}
