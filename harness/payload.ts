// Payloads that name themselves: which operation wrote them, and which byte of them is wrong.
import { mix32 } from "./seed.ts";

/** The record that a payload belongs to: an operation's number and the place in its batch. */
export interface Tag {
  readonly operation: number;
  readonly item: number;
}

/** The longest tag: two numbers of 16 digits, a point and a colon. */
const TAG_BYTES_MAX = 34;

const POINT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;

/** The text that every long enough payload begins with: `17.0:`. */
export function tagText(operation: number, item: number): string {
  return `${operation}.${item}:`;
}

/**
 * The bytes of one record: its tag, then bytes that the seed fixes, cut to `size` bytes. A record
 * shorter than its tag is the beginning of the tag; one of size 0 is empty.
 */
export function payload(seed: number, tag: Tag, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const text = tagText(tag.operation, tag.item);
  const tagged = Math.min(size, text.length);
  for (let index = 0; index < tagged; index += 1) {
    bytes[index] = text.charCodeAt(index);
  }
  fill(bytes, tagged, mix32(mix32(seed ^ mix32(tag.operation)) + tag.item));
  return bytes;
}

/** Words of splitmix32 (a counter, scattered), four bytes each, the lowest byte first. */
function fill(bytes: Uint8Array, from: number, seed: number): void {
  let counter = seed;
  let index = from;
  for (; index + 4 <= bytes.length; index += 4) {
    counter = (counter + 0x9e3779b9) | 0;
    const word = mix32(counter);
    bytes[index] = word;
    bytes[index + 1] = word >>> 8;
    bytes[index + 2] = word >>> 16;
    bytes[index + 3] = word >>> 24;
  }
  for (let word = mix32((counter + 0x9e3779b9) | 0); index < bytes.length; index += 1) {
    bytes[index] = word;
    word >>>= 8;
  }
}

/** The tag that the bytes begin with; undefined where they begin with none as we write it. */
export function readTag(bytes: Uint8Array): Tag | undefined {
  const operation = readNumber(bytes, 0, POINT);
  if (operation === undefined) {
    return undefined;
  }
  const item = readNumber(bytes, operation.end, COLON);
  return item && { operation: operation.value, item: item.value };
}

/** A decimal number without leading zeros, and the place behind the mark that must follow it. */
function readNumber(
  bytes: Uint8Array,
  from: number,
  mark: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = from; index < Math.min(bytes.length, TAG_BYTES_MAX); index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === mark) {
      return index > from ? { value, end: index + 1 } : undefined;
    }
    const digit = byte - ZERO;
    const leadingZero = value === 0 && index > from;
    if (digit < 0 || digit > 9 || leadingZero) {
      return undefined;
    }
    value = value * 10 + digit;
    if (!Number.isSafeInteger(value)) {
      return undefined;
    }
  }
  return undefined;
}

/** A payload as one word of a line, for subjects that read text: its tag, then base64url. */
export function payloadText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = readTag(bytes);
  if (tag === undefined) {
    return buffer.toString("latin1");
  }
  const text = tagText(tag.operation, tag.item);
  return text + buffer.toString("base64url", text.length);
}

/**
 * The payload that a text stands for. Text that is none of ours gives its own UTF-8 bytes, so that
 * a value that the subject changed is judged and not refused.
 */
export function textPayload(text: string): Uint8Array {
  const raw = Buffer.from(text, "utf8");
  const tag = readTag(raw);
  if (tag === undefined) {
    return raw;
  }
  const prefix = tagText(tag.operation, tag.item);
  const bytes = Buffer.concat([
    Buffer.from(prefix, "latin1"),
    Buffer.from(text.slice(prefix.length), "base64url"),
  ]);
  // Node's decoder skips what it does not know: only text that comes out the same was read whole.
  return payloadText(bytes) === text ? bytes : raw;
}
