// What a recovery by command prints: bytes to values, a line each.
import type { FoundRecord } from "../history/history.ts";
import { textPayload } from "../payload.ts";
import type { RecoveryLimits } from "./job.ts";

const LINE_END = 0x0a;
/** A value, and perhaps its LSN. Whatever else stands in a line is a value that nobody wrote. */
const VALUE = /^([!-~]+)(?: (0|[1-9]\d{0,15}))?$/;

/**
 * Gathers values up to the limits: by then there is more than was ever written, and the judge says
 * so. A last line without its end counts where the recovery ended by itself: it was all said.
 */
export class RecoveredValues {
  readonly #records: FoundRecord[] = [];
  readonly #limits: RecoveryLimits;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  constructor(limits: RecoveryLimits) {
    this.#limits = limits;
  }

  /** Takes what has arrived; false once there is enough. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      if (!this.#keep(chunk.subarray(start, end)) || !this.#finishLine()) return false;
      start = end + 1;
    }
    return start === chunk.length || this.#keep(chunk.subarray(start));
  }

  /** All values, the last line's among them. */
  finish(): readonly FoundRecord[] {
    if (this.#pendingBytes > 0) this.#finishLine();
    return this.#records;
  }

  /** False where the line is longer than all that was ever written: it is cut. */
  #keep(part: Buffer): boolean {
    if (this.#isFull()) return false;
    this.#pending.push(part);
    this.#pendingBytes += part.length;
    // Base64url takes four letters for three bytes, and an LSN little.
    if (this.#pendingBytes <= 2 * this.#limits.bytes) return true;
    this.#finishLine();
    return false;
  }

  #isFull(): boolean {
    return this.#records.length >= this.#limits.records || this.#bytes >= this.#limits.bytes;
  }

  #finishLine(): boolean {
    const line = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    const { bytes, lsn } = readLine(line);
    this.#records.push({
      bytes: Buffer.from(bytes).toString("base64"),
      ...(lsn === undefined ? {} : { lsn }),
    });
    this.#bytes += bytes.length;
    return !this.#isFull();
  }
}

function readLine(line: Buffer): { readonly bytes: Uint8Array; readonly lsn?: number } {
  const [, value, number] = VALUE.exec(line.toString("latin1")) ?? [];
  if (value === undefined) return { bytes: line };
  const bytes = textPayload(value);
  const lsn = Number(number);
  return number === undefined || !Number.isSafeInteger(lsn) ? { bytes } : { bytes, lsn };
}
