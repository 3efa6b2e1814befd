// The end of a stream, as a promise.
import type { Readable } from "node:stream";

/** Resolves when a stream has been read to its end, or broke. */
export function closing(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once("close", () => resolve()));
}
