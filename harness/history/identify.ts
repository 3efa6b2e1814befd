// Found bytes -> which record of the workload they are.

import { payload, readTag, type Tag, tagText } from "../payload.ts";
import { type Operation, payloadSizes, type Workload } from "../workload.ts";

/** What a found value is, by its bytes alone. */
export type Identity =
  | { readonly kind: "named"; readonly operation: number; readonly item: number }
  /** Too short to name itself: only its place can tell which record it is. */
  | { readonly kind: "short"; readonly content: string }
  /** It carries the tag of this record, and other bytes than that record. */
  | {
      readonly kind: "altered";
      readonly operation: number;
      readonly item: number;
      /** The first byte that is wrong, or the shorter length. */
      readonly offset: number;
    }
  | { readonly kind: "unknown"; readonly bytes: number };

/** What a record shorter than its tag looks like, up to 34 bytes. */
const SHORT = /^[\d.]{0,34}$/;

/**
 * Names found values (base64) for one workload. Answers are remembered: each recovery finds most of
 * what the one before it found.
 */
export function identifier(workload: Workload): (base64: string) => Identity {
  const operations = workload.lives.flat();
  const known = new Map<string, Identity>();
  return (base64) => {
    const before = known.get(base64);
    if (before !== undefined) {
      return before;
    }
    const identity = identify(Buffer.from(base64, "base64"), workload.seed, operations);
    known.set(base64, identity);
    return identity;
  };
}

function identify(bytes: Buffer, seed: number, operations: readonly Operation[]): Identity {
  const tag = readTag(bytes);
  if (tag === undefined) {
    const content = bytes.toString("latin1");
    return SHORT.test(content)
      ? { kind: "short", content }
      : { kind: "unknown", bytes: bytes.length };
  }
  const operation = operations[tag.operation];
  const size = operation && payloadSizes(operation)[tag.item];
  return size === undefined
    ? { kind: "unknown", bytes: bytes.length }
    : compare(bytes, tag, payload(seed, tag, size));
}

/** A record too short for its tag is never found with the whole of it: then bytes were added. */
function compare(bytes: Buffer, tag: Tag, expected: Uint8Array): Identity {
  if (bytes.equals(expected)) {
    return { kind: "named", ...tag };
  }
  const shorter = Math.min(bytes.length, expected.length);
  let offset = Math.min(tagText(tag.operation, tag.item).length, shorter);
  while (offset < shorter && bytes[offset] === expected[offset]) {
    offset += 1;
  }
  return { kind: "altered", ...tag, offset };
}
