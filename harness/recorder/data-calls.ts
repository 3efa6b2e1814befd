// The calls that change what files hold: write and its kin, ftruncate, fallocate, mappings.
import { readSectors } from "../disk/sectors.ts";
import { bytesAt, hasFlag, numberAt, refusal, returned } from "./call-arguments.ts";
import type { FoldContext } from "./call-handler.ts";
import { type CallEnd, type CallHandler, descriptionAt, fileAt } from "./call-handler.ts";
import { Contradiction } from "./contradiction.ts";
import type { OpenFile } from "./open-files.ts";
import type { TracedThread } from "./process-table.ts";
import type { TracedCall } from "./traced-call.ts";

/** Every call on data, by name, but for copies. */
export const dataCalls: Readonly<Record<string, CallHandler>> = {
  write: writer(1),
  writev: writer(1),
  sendto: writer(1),
  sendmsg: writer(1),
  pwrite64: positionedWriter(3),
  pwritev: positionedWriter(3),
  pwritev2: positionedWriter(3, 4),
  ftruncate: truncateOpen,
  fallocate,
  mmap,
  mprotect: protect,
  pkey_mprotect: protect,
  munmap: unmap,
  mremap: remap,
};

/** A write at the descriptor's offset. */
function writer(bytes: number): CallHandler {
  return (call, thread, fold) => {
    const description = descriptionAt(call, thread, 0);
    const count = returned(call) ?? 0;
    if (description?.kind === "output") {
      const answer = bytesAt(call, bytes, count);
      return () => fold.marks.answered(answer).forEach((mark) => fold.tree.mark(mark));
    }
    if (description?.kind !== "file" || count === 0) return undefined;
    return writeAtOffset(description, bytesAt(call, bytes, count), fold);
  };
}

/** Writes where the description stands, or at the file's end, and moves it. */
function writeAtOffset(file: OpenFile, bytes: Uint8Array, fold: FoldContext): CallEnd {
  const offset = file.append ? file.node.size : file.offset;
  requireTurn(fold, file, { offset, bytes });
  file.offset = offset + bytes.length;
  return putBytes(file, { tree: fold.tree, offset, bytes, sync: file.sync });
}

/** Of several writes that wait for the same place in a file, it is that one's turn whose bytes came to lie there. */
function requireTurn(
  { final, isLate }: FoldContext,
  { node }: OpenFile,
  { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
): void {
  const content = final?.get(node.inode);
  if (content === undefined || isLate) return;
  const lies = new Uint8Array(bytes.length);
  const count = readSectors(content, lies, offset);
  if (count < bytes.length || Buffer.compare(lies, bytes) !== 0) {
    throw new Contradiction("writes what did not come to lie there");
  }
}

/** Writes to an open file; the call's end is also the end of the sync that it may imply. */
export function putBytes(
  file: OpenFile,
  {
    tree,
    offset,
    bytes,
    sync,
  }: Pick<FoldContext, "tree"> & {
    readonly offset: number;
    readonly bytes: Uint8Array;
    readonly sync: OpenFile["sync"];
  },
): CallEnd {
  if (bytes.length === 0) return undefined;
  tree.write(file.node, offset, bytes);
  return sync && (() => tree.sync(file.node, sync, { offset, length: bytes.length }));
}

function positionedWriter(position: number, flags?: number): CallHandler {
  return (call, thread, fold) => {
    const file = fileAt(call, thread, 0);
    const count = returned(call) ?? 0;
    if (file === undefined || count === 0) return undefined;
    const has = (flag: string): boolean => flags !== undefined && hasFlag(call, flags, flag);
    const bytes = bytesAt(call, 1, count);
    const given = has("RWF_SYNC") ? "fsync" : has("RWF_DSYNC") ? "fdatasync" : undefined;
    const sync = file.sync === "fsync" ? "fsync" : (given ?? file.sync);
    const asked = numberAt(call, position);
    // On a descriptor with O_APPEND, Linux appends wherever the call points (pwrite(2), BUGS).
    const appends = (file.append && !has("RWF_NOAPPEND")) || has("RWF_APPEND");
    const offset = appends ? file.node.size : asked === -1 ? file.offset : asked;
    if (asked === -1) file.offset = offset + bytes.length;
    return putBytes(file, { tree: fold.tree, offset, bytes, sync });
  };
}

function truncateOpen(call: TracedCall, thread: TracedThread, { tree }: FoldContext): CallEnd {
  const file = fileAt(call, thread, 0);
  if (file === undefined) return undefined;
  tree.truncate(file.node, numberAt(call, 1));
  // What O_SYNC says of ftruncate is not in the manual; that it binds nothing is the harsher reading.
  return undefined;
}

function fallocate(call: TracedCall, thread: TracedThread, { tree }: FoldContext): CallEnd {
  const file = fileAt(call, thread, 0);
  if (file === undefined) return undefined;
  const { node } = file;
  const range = { offset: numberAt(call, 2), length: numberAt(call, 3) };
  const has = (flag: string): boolean => hasFlag(call, 1, flag);
  const end = range.offset + range.length;
  const tail = { offset: end, length: Number.MAX_SAFE_INTEGER };
  if (has("FALLOC_FL_COLLAPSE_RANGE")) {
    const rest = tree.read(node, tail);
    tree.write(node, range.offset, rest);
    tree.truncate(node, range.offset + rest.length);
  } else if (has("FALLOC_FL_INSERT_RANGE")) {
    const rest = tree.read(node, { ...tail, offset: range.offset });
    tree.write(node, end, rest);
    tree.zero(node, range);
  } else {
    if (has("FALLOC_FL_PUNCH_HOLE") || has("FALLOC_FL_ZERO_RANGE")) tree.zero(node, range);
    // Space beyond the end that does not show in the size shows nowhere.
    if (!has("FALLOC_FL_KEEP_SIZE") && end > node.size) tree.allocate(node, range);
  }
  return undefined;
}

function mmap(call: TracedCall, thread: TracedThread, { tree }: FoldContext): CallEnd {
  const [length, from] = [numberAt(call, 1), returned(call) ?? 0];
  forget(thread, from, from + length);
  if (hasFlag(call, 3, "MAP_ANONYMOUS")) return undefined;
  const file = fileAt(call, thread, 4);
  const shared = hasFlag(call, 3, "MAP_SHARED") || hasFlag(call, 3, "MAP_SHARED_VALIDATE");
  if (file === undefined || !shared || tree.isVolatile(file.node)) return undefined;
  if (hasFlag(call, 2, "PROT_WRITE")) throw refusal(call, WRITABLE);
  const { memory } = thread;
  memory.shared = [...memory.shared, { from, until: from + length }];
  return undefined;
}

const WRITABLE =
  "maps a file of the recorded directory shared and writable: what is written there makes no call (a file that is rebuilt can be named in volatileFiles)";

function protect(call: TracedCall, thread: TracedThread): undefined {
  const from = numberAt(call, 0);
  const until = from + numberAt(call, 1);
  const touches = thread.memory.shared.some((each) => each.from < until && from < each.until);
  if (touches && hasFlag(call, 2, "PROT_WRITE")) throw refusal(call, WRITABLE);
}

function unmap(call: TracedCall, thread: TracedThread): undefined {
  const from = numberAt(call, 0);
  forget(thread, from, from + numberAt(call, 1));
}

/** A mapping that moved. */
function remap(call: TracedCall, thread: TracedThread): undefined {
  const from = numberAt(call, 0);
  const moved = thread.memory.shared.some((each) => each.from <= from && from < each.until);
  if (!moved) return;
  forget(thread, from, from + numberAt(call, 1));
  const to = returned(call) ?? 0;
  thread.memory.shared = [...thread.memory.shared, { from: to, until: to + numberAt(call, 2) }];
}

/** Takes the mappings that lie whole in a range out. */
function forget({ memory }: TracedThread, from: number, until: number): void {
  if (memory.shared.length === 0) return;
  memory.shared = memory.shared.filter((each) => each.from < from || each.until > until);
}
