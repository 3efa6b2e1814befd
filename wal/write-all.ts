// A whole write, where the disk may take fewer bytes than it is given.
import type { FileId, Storage } from "./storage.ts";

/**
 * Writes all of `bytes` at `position`.
 * @throws what the storage throws; an error with code `EIO` where it takes nothing at all.
 */
export function writeAll(
  storage: Storage,
  file: FileId,
  at: { readonly bytes: Uint8Array; readonly position: number },
): void {
  let written = 0;
  while (written < at.bytes.length) {
    const count = storage.write(file, at.bytes.subarray(written), at.position + written);
    if (count <= 0) {
      throw Object.assign(new Error("The disk took none of the bytes written to it."), {
        code: "EIO",
      });
    }
    written += count;
  }
}
