// The records of a workload as their store was given them: a module gets bytes, a command gets words.
import { payloadText } from "../payload.ts";

/** What a store was asked to write, by the record's number. */
export interface AskedRecords {
  /** The record's number; undefined for one that nobody asked for. */
  indexOf(operation: number, item: number): number | undefined;
  /** The bytes that the store was given. */
  bytes(index: number): Uint8Array;
}

/** The same records, given as text. */
export function askedAsText(records: AskedRecords): AskedRecords {
  const texts = new Map<number, Uint8Array>();
  return {
    indexOf: (operation, item) => records.indexOf(operation, item),
    bytes: (index) => {
      const text = texts.get(index) ?? Buffer.from(payloadText(records.bytes(index)), "latin1");
      texts.set(index, text);
      return text;
    },
  };
}
