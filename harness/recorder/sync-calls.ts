// The calls that make things durable, and those that only seem to. A failed one comes here as well.
import { numberAt, refusal } from "./call-arguments.ts";
import { type CallHandler, descriptionAt, type FoldContext, fileAt } from "./call-handler.ts";
import type { TracedThread } from "./process-table.ts";
import type { TracedCall } from "./traced-call.ts";

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
  sync_file_range: syncRange,
  // Mappings that could be written are refused, so that there is nothing to sync.
  msync: () => undefined,
};

/**
 * It starts writing and may wait for it; the manual promises nothing after a crash. One that failed
 * has tried, and what it tried is clean from then on.
 */
function syncRange(call: TracedCall, thread: TracedThread, { tree }: FoldContext): undefined {
  const file = fileAt(call, thread, 0);
  if (call.result.kind !== "error" || file === undefined) return;
  const [offset, asked] = [numberAt(call, 1), numberAt(call, 2)];
  tree.sync(file.node, "fdatasync", {
    offset,
    length: asked === 0 ? Number.MAX_SAFE_INTEGER - offset : asked,
  });
}

function syncer(kind: "fsync" | "fdatasync"): CallHandler {
  return (call, thread, { tree }) => {
    const description = descriptionAt(call, thread, 0);
    if (description?.kind === "file" || description?.kind === "directory") {
      tree.sync(description.node, kind);
    }
    return undefined;
  };
}
