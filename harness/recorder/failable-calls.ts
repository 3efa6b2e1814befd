// Which failure of the disk a traced call could show: what `io-error` may make fail, by the disk's own names.
import type { FailingCall } from "../disk/io-failure.ts";
import { hasFlagAnywhere } from "./call-arguments.ts";
import { descriptionAt, type FoldContext } from "./call-handler.ts";
import { Contradiction } from "./contradiction.ts";
import type { PathArguments } from "./path-lookup.ts";
import type { TracedCall } from "./traced-call.ts";

/** A call on the store's own files, and what it is to a disk. */
export interface FailableCall {
  readonly call: TracedCall;
  readonly as: FailingCall;
}

/** What is done to an open file, by the argument that has its descriptor. */
const ON_DESCRIPTOR: ReadonlyMap<string, { readonly as: FailingCall; readonly at: number }> =
  new Map(
    Object.entries({
      write: { as: "write", at: 0 },
      writev: { as: "write", at: 0 },
      pwrite64: { as: "write", at: 0 },
      pwritev: { as: "write", at: 0 },
      pwritev2: { as: "write", at: 0 },
      // It takes space, as a write does.
      fallocate: { as: "write", at: 0 },
      sendfile: { as: "write", at: 0 },
      copy_file_range: { as: "write", at: 2 },
      ftruncate: { as: "truncate", at: 0 },
      fsync: { as: "sync", at: 0 },
      syncfs: { as: "sync", at: 0 },
      sync_file_range: { as: "syncData", at: 0 },
      fdatasync: { as: "syncData", at: 0 },
    } as const),
  );

/** What is done to a name. */
const ON_NAME: ReadonlyMap<string, { readonly as: FailingCall; readonly at: PathArguments }> =
  new Map(
    Object.entries({
      open: { as: "open", at: { path: 0 } },
      openat: { as: "open", at: { directory: 0, path: 1 } },
      openat2: { as: "open", at: { directory: 0, path: 1 } },
      creat: { as: "open", at: { path: 0 } },
      truncate: { as: "truncate", at: { path: 0 } },
      rename: { as: "rename", at: { path: 0 } },
      renameat: { as: "rename", at: { directory: 0, path: 1 } },
      renameat2: { as: "rename", at: { directory: 0, path: 1 } },
      unlink: { as: "remove", at: { path: 0 } },
      unlinkat: { as: "remove", at: { directory: 0, path: 1 } },
      rmdir: { as: "remove", at: { path: 0 } },
    } as const),
  );

const WRITING: readonly string[] = ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TMPFILE"];

/**
 * What the call is to the disk; undefined where it changes nothing of the store's. What only reads, and
 * volatile files, have no failure that a promise speaks of.
 */
export function failableAs(call: TracedCall, fold: FoldContext): FailingCall | undefined {
  const onDescriptor = ON_DESCRIPTOR.get(call.name);
  if (onDescriptor !== undefined) {
    const thread = fold.processes.threadOf(call);
    const description = descriptionAt(call, thread, onDescriptor.at);
    const isOpen = description?.kind === "file" || description?.kind === "directory";
    if (!isOpen || fold.tree.isVolatile(description.node)) return undefined;
    return description.kind === "directory" ? "syncDirectory" : onDescriptor.as;
  }
  const onName = ON_NAME.get(call.name);
  if (onName === undefined || (onName.as === "open" && !isForWriting(call))) return undefined;
  return isOnStore(call, fold, onName.at) ? onName.as : undefined;
}

/** Whether the failed call is a sync that left pages clean that no disk has; others did nothing. */
export function failsSync(call: TracedCall): boolean {
  return (
    call.result.kind === "error" &&
    WRITE_BACK_ERRORS.includes(call.result.code) &&
    ["fsync", "fdatasync", "syncfs", "sync_file_range"].includes(call.name)
  );
}

/** What writing back can come to. Others say that nothing was tried: EBADF, EINVAL, EINTR. */
const WRITE_BACK_ERRORS: readonly string[] = ["EIO", "ENOSPC", "EDQUOT"];

function isForWriting(call: TracedCall): boolean {
  return call.name === "creat" || WRITING.some((flag) => hasFlagAnywhere(call, flag));
}

function isOnStore(
  call: TracedCall,
  { tree, paths, processes }: FoldContext,
  at: PathArguments,
): boolean {
  try {
    const target = paths.find(call, processes.threadOf(call), at);
    if (target.kind === "outside") return false;
    return !(target.kind === "node"
      ? tree.isVolatile(target.node)
      : tree.isVolatileAt(target.place));
  } catch (error) {
    // A path that leads nowhere at this moment.
    if (error instanceof Contradiction) return false;
    throw error;
  }
}
