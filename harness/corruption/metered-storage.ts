// A storage that says when a recovery asks for more than its disk can give: a length that was trusted.

import { imageFiles } from "../disk/corruption.ts";
import { type DiskImage } from "../disk/image.ts";
import type { StoragePort } from "../storage-port.ts";

/** One read may ask for this much more than the largest file holds. */
const READ_SPARE_BYTES = 2 ** 20;
/** All reads together: so often the disk's content, and this much more. */
const READS_FACTOR = 64;
const READS_SPARE_BYTES = 2 ** 24;
/** Far more calls than a recovery of a disk that fits into memory needs. */
const CALLS_MAX = 1_000_000;

/** What a recovery asked for, and the first limit that it broke. */
export interface StorageMeter {
  readonly storage: StoragePort;
  readonly excess: string | undefined;
}

class ExcessError extends Error {
  readonly code = "EXCESS";
}

/** Wraps a storage on this image; a call beyond a limit throws, and so does every one after it. */
export function meteredStorage(storage: StoragePort, image: DiskImage): StorageMeter {
  const sizes = imageFiles(image).map(({ node }) => node.size);
  const readMax = Math.max(0, ...sizes) + READ_SPARE_BYTES;
  const readsMax = READS_FACTOR * sizes.reduce((sum, size) => sum + size, 0) + READS_SPARE_BYTES;
  let excess: string | undefined;
  let calls = 0;
  let bytesRead = 0;
  const account = (name: string, given: readonly unknown[]): void => {
    calls += 1;
    const asked = name === "read" && given[1] instanceof Uint8Array ? given[1].length : 0;
    bytesRead += asked;
    if (asked > readMax)
      excess ??= `asked for ${asked} bytes at once of files of ${readMax} at most`;
    if (bytesRead > readsMax) excess ??= `asked for more than ${readsMax} bytes`;
    if (calls > CALLS_MAX) excess ??= `made more than ${CALLS_MAX} calls of the storage`;
    if (excess !== undefined) throw new ExcessError(excess);
  };
  return {
    storage: new Proxy(storage, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given: unknown[]): unknown => {
          account(String(name), given);
          return Reflect.apply(member, target, given);
        };
      },
    }),
    get excess(): string | undefined {
      return excess;
    },
  };
}
