// Whole copies of a workload's payloads in the bytes of one file, found while the file is written.
import { PAGE_BYTES } from "../disk/sectors.ts";
import { readTag } from "../payload.ts";
import type { AskedRecords } from "./asked-records.ts";

const COLON = 0x3a;
const POINT = 0x2e;
/** The longest tag: two numbers of 16 digits, a point and a colon. */
const TAG_BYTES_MAX = 34;

/** A place at which a payload begins, and how many of its bytes were there when it was last looked at. */
interface Copy {
  readonly record: number;
  readonly start: number;
  matched: number;
}

/**
 * Follows one file. A payload is found where its bytes stand one behind the other, whatever writes they
 * came in; a payload that is shorter than its tag is never found. The work is in proportion to the
 * bytes that are written.
 */
export class PayloadCopies {
  readonly #asked: AskedRecords;
  readonly #found: Set<number>;
  readonly #pages = new Map<number, Uint8Array>();
  /** Copies that go on in this page with bytes that are not there yet. */
  readonly #unfinished = new Map<number, Copy[]>();

  /** `found` takes the numbers of the records, as `asked` counts them. */
  constructor(asked: AskedRecords, found: Set<number>) {
    this.#asked = asked;
    this.#found = found;
  }

  /** The file holds these bytes from now on. */
  write(offset: number, bytes: Uint8Array): void {
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((offset + bytes.length - 1) / PAGE_BYTES);
    for (let page = first; page <= last; page += 1) this.#put(page, offset, bytes);
    for (let page = first; page <= last; page += 1) {
      const unfinished = this.#unfinished.get(page) ?? [];
      this.#unfinished.delete(page);
      for (const copy of unfinished) this.#follow(copy);
    }
    this.#discover(offset, bytes.length);
  }

  #put(page: number, offset: number, bytes: Uint8Array): void {
    const content = this.#pages.get(page) ?? new Uint8Array(PAGE_BYTES);
    this.#pages.set(page, content);
    const from = Math.max(0, page * PAGE_BYTES - offset);
    const part = bytes.subarray(from, Math.max(0, (page + 1) * PAGE_BYTES - offset));
    content.set(part, offset + from - page * PAGE_BYTES);
  }

  /** A tag may have been cut by the ends of the write. */
  #discover(offset: number, length: number): void {
    const from = Math.max(0, offset - TAG_BYTES_MAX);
    const around = this.#read(from, offset + length + TAG_BYTES_MAX - from);
    let colon = around.indexOf(COLON, offset - from);
    for (; colon >= 0; colon = around.indexOf(COLON, colon + 1)) {
      for (const start of tagStarts(around, colon)) {
        const tag = readTag(around.subarray(start, colon + 1));
        const record = tag && this.#asked.indexOf(tag.operation, tag.item);
        if (record !== undefined) this.#follow({ record, start: from + start, matched: 0 });
      }
    }
  }

  #read(from: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = from; at < from + length; ) {
      const page = Math.floor(at / PAGE_BYTES);
      const within = at - page * PAGE_BYTES;
      const most = Math.min(PAGE_BYTES - within, from + length - at);
      const content = this.#pages.get(page)?.subarray(within, within + most);
      if (content !== undefined) bytes.set(content, at - from);
      at += most;
    }
    return bytes;
  }

  /** Compares on from where it had come; what is not finished waits for its page to be written again. */
  #follow(copy: Copy): void {
    if (this.#found.has(copy.record)) return;
    const payload = this.#asked.bytes(copy.record);
    while (copy.matched < payload.length) {
      const at = copy.start + copy.matched;
      const page = Math.floor(at / PAGE_BYTES);
      if (this.#pages.get(page)?.[at - page * PAGE_BYTES] !== payload[copy.matched]) {
        this.#unfinished.set(page, [...(this.#unfinished.get(page) ?? []), copy]);
        return;
      }
      copy.matched += 1;
    }
    this.#found.add(copy.record);
  }
}

/** Where a tag that ends with this colon may begin: digits before it may be its own or another's. */
function tagStarts(bytes: Uint8Array, colon: number): readonly number[] {
  let point = colon - 1;
  while (isDigit(bytes[point])) point -= 1;
  if (bytes[point] !== POINT || point === colon - 1) return [];
  const starts: number[] = [];
  for (let start = point - 1; isDigit(bytes[start]); start -= 1) starts.push(start);
  return starts;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
