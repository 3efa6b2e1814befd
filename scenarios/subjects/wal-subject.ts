// Our own log as a subject: every operation, LSNs, the storage port.
import type { OpenStore, Subject } from "../../harness/subject.ts";
import { openWal, recover, type WalOptions } from "../../wal/index.ts";

/** The log's options come from the trial as they are; the log refuses what it does not know. */
export const walSubject: Subject = {
  open(directory, options, ports): OpenStore {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openWal checks every option
    const wal = openWal(directory, options as WalOptions, ports);
    return {
      append: (payload) => wal.append(payload),
      batch: (payloads) => wal.appendBatch(payloads),
      checkpoint: () => wal.checkpoint(),
      sync: () => wal.sync(),
      // Nothing lies before LSN 0: without a checkpoint a log drops nothing, and a poisoned one refuses.
      truncate: () => wal.truncateBefore(wal.lastCheckpoint ?? 0),
      close: () => wal.close(),
    };
  },
  recover: (directory, _options, ports) => recover(directory, ports),
};
