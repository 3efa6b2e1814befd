// Reads and writes whole files over the storage port, which may take or give less than it is asked.
import type { FileId, StoragePort } from "../../harness/storage-port.ts";

/** Writes all of the bytes at a position, in as many calls as the storage takes. */
export function writeWhole(
  storage: StoragePort,
  file: FileId,
  { bytes, position }: { readonly bytes: Uint8Array; readonly position: number },
): void {
  for (let done = 0; done < bytes.length; ) {
    done += storage.write(file, bytes.subarray(done), position + done);
  }
}

/** Reads a file from its beginning to its end; `ENOENT` where there is none. */
export function readWhole(storage: StoragePort, path: string): Buffer {
  const file = storage.open(path, "read");
  const bytes = Buffer.alloc(storage.size(file));
  let done = 0;
  for (let count = -1; count !== 0 && done < bytes.length; done += count) {
    count = storage.read(file, bytes.subarray(done), done);
  }
  storage.close(file);
  return bytes.subarray(0, done);
}
