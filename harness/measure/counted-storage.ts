// A storage port whose syncs are counted: fsync and fdatasync, of files and of directories.
import { interceptedStorage } from "../disk/intercepted-storage.ts";
import type { StoragePort } from "../storage-port.ts";

export interface CountedStorage {
  readonly storage: StoragePort;
  /** All that were ever asked for. */
  syncs(): number;
}

/** A directory that is made counts none: it is made before anything is appended. */
export function countSyncs(storage: StoragePort): CountedStorage {
  let syncs = 0;
  return {
    syncs: () => syncs,
    storage: interceptedStorage(storage, {
      call: ({ name }, perform) => {
        if (name === "syncDirectory") syncs += 1;
        return perform();
      },
      sync: (_, perform) => {
        syncs += 1;
        perform();
      },
      syncLater: (_, perform) => {
        syncs += 1;
        return perform();
      },
      write: (_, bytes, perform) => perform(bytes),
    }),
  };
}
