// The calls that make things durable, and those that only seem to.
import { refusal } from "./call-arguments.ts";
import { type CallHandler, descriptionAt } from "./call-handler.ts";

/** Every sync, by name. */
export const syncCalls: Readonly<Record<string, CallHandler>> = {
  fsync: syncer("fsync"),
  fdatasync: syncer("fdatasync"),
  sync: (_call, _thread, { tree }) => {
    tree.syncAll();
    return undefined;
  },
  syncfs: (call, thread, { tree }) => {
    const kind = descriptionAt(call, thread, 0)?.kind;
    if (kind !== "file" && kind !== "directory") {
      throw refusal(call, "syncs a file system by a file outside of the recorded directory");
    }
    tree.syncAll();
    return undefined;
  },
  // It starts writing and may wait for it; the manual promises nothing after a crash.
  sync_file_range: () => undefined,
  // Mappings that could be written are refused, so that there is nothing to sync.
  msync: () => undefined,
};

function syncer(kind: "fsync" | "fdatasync"): CallHandler {
  return (call, thread, { tree }) => {
    const description = descriptionAt(call, thread, 0);
    if (description?.kind === "file" || description?.kind === "directory") {
      tree.sync(description.node, kind);
    }
    return undefined;
  };
}
