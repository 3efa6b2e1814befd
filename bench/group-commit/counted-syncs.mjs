// The log's storage with a count of its syncs: those that began, and those that have ended.
import { nodeStorage } from "../../dist/wal/index.js";

/** Counts fsync and fdatasync, of files and of directories. */
export class CountedSyncs {
  /** All that were ever asked for. */
  begun = 0;
  /** The number of the last one that has ended, counted as `begun`; a log has at most one under way. */
  ended = 0;
  storage = {
    ...nodeStorage,
    sync: (file) => this.#count(() => nodeStorage.sync(file)),
    syncData: (file) => this.#count(() => nodeStorage.syncData(file)),
    syncDirectory: (path) => this.#count(() => nodeStorage.syncDirectory(path)),
    syncDataLater: async (file) => {
      const number = this.#begin();
      await nodeStorage.syncDataLater(file);
      this.ended = number;
    },
  };

  #begin() {
    this.begun += 1;
    return this.begun;
  }

  #count(sync) {
    const number = this.#begin();
    sync();
    this.ended = number;
  }
}
