// The calls that move bytes between descriptors without the program's memory: copies, sends, clones.
import { hasFlag, numberAt, optionalNumberAt, refusal, returned } from "./call-arguments.ts";
import type { FoldContext } from "./call-handler.ts";
import { type CallEnd, type CallHandler, descriptionAt, fileAt } from "./call-handler.ts";
import { putBytes } from "./data-calls.ts";
import type { OpenFile } from "./open-files.ts";
import type { TracedThread } from "./process-table.ts";
import type { Argument, TracedCall } from "./traced-call.ts";

/** Every copying call, by name. */
export const copyCalls: Readonly<Record<string, CallHandler>> = {
  copy_file_range: (call, thread, fold) =>
    copy(call, thread, { fold, from: 0, fromOffset: 1, to: 2, toOffset: 3 }),
  sendfile: (call, thread, fold) => copy(call, thread, { fold, from: 1, fromOffset: 2, to: 0 }),
  splice: (call, thread, fold) =>
    copy(call, thread, { fold, from: 0, fromOffset: 1, to: 2, toOffset: 3 }),
  ioctl,
};

/** Which arguments are what. */
interface Copying {
  readonly fold: FoldContext;
  readonly from: number;
  readonly fromOffset: number;
  readonly to: number;
  readonly toOffset?: number;
}

function copy(call: TracedCall, thread: TracedThread, places: Copying): CallEnd {
  const { fold, from, fromOffset, to, toOffset } = places;
  const source = descriptionAt(call, thread, from);
  const target = descriptionAt(call, thread, to);
  refuseChannels(call, [source?.kind, target?.kind]);
  const length = returned(call) ?? 0;
  const file = source?.kind === "file" ? source : undefined;
  const at = file && takeOffset(file, optionalNumberAt(call, fromOffset), length);
  if (target?.kind !== "file" || length === 0) return undefined;
  if (file === undefined || at === undefined) {
    throw refusal(call, "fills a file from where the recording cannot see the bytes");
  }
  const bytes = fold.tree.read(file.node, { offset: at, length });
  if (file.node === target.node && call.name === "sendfile") {
    throw refusal(call, "sends a file into itself, piece by piece as the kernel likes");
  }
  if (bytes.length < length) throw refusal(call, "copied more than the file is known to hold");
  const asked = toOffset === undefined ? undefined : optionalNumberAt(call, toOffset);
  const offset = target.append ? target.node.size : takeOffset(target, asked, length);
  return putBytes(target, { tree: fold.tree, offset, bytes, sync: target.sync });
}

/** Where a copy starts: where it was told to, or where the description stands, which then moves. */
function takeOffset(file: OpenFile, asked: number | undefined, length: number): number {
  if (asked !== undefined) return asked;
  file.offset += length;
  return file.offset - length;
}

function refuseChannels(call: TracedCall, kinds: readonly (string | undefined)[]): void {
  if (kinds.includes("input") || kinds.includes("output")) {
    throw refusal(call, "moves lines of the protocol without reading or writing them");
  }
}

/** Requests that change no file; others are refused on files of the recorded directory. */
const HARMLESS: readonly string[] = [
  "TCGETS",
  "TCGETS2",
  "TIOCGWINSZ",
  "FIONREAD",
  "FIONBIO",
  "FIOASYNC",
  "FIOQSIZE",
  "FIGETBSZ",
  "FIBMAP",
  "FIDEDUPERANGE",
  "FS_IOC_FIEMAP",
  "FS_IOC_GETFLAGS",
  "FS_IOC_FSGETXATTR",
  "FS_IOC_GETVERSION",
  "BLKSSZGET",
  "BLKGETSIZE64",
];

function ioctl(call: TracedCall, thread: TracedThread, fold: FoldContext): CallEnd {
  const is = (request: string): boolean => hasFlag(call, 1, request);
  if (is("FIOCLEX") || is("FIONCLEX")) {
    thread.descriptors.setCloseOnExec(numberAt(call, 0), is("FIOCLEX"));
    return undefined;
  }
  const description = descriptionAt(call, thread, 0);
  const isInside = description?.kind === "file" || description?.kind === "directory";
  if (!isInside || HARMLESS.some(is)) return undefined;
  if (description.kind === "file" && (is("FICLONE") || is("FICLONERANGE"))) {
    return clone(call, thread, { fold, target: description });
  }
  throw refusal(call, "asks a file of the recorded directory for what the model does not know");
}

function clone(
  call: TracedCall,
  thread: TracedThread,
  { fold, target }: { readonly fold: FoldContext; readonly target: OpenFile },
): CallEnd {
  const range = call.args[2];
  const field = (name: string): number =>
    range?.kind === "struct" ? numberOf(range.fields.get(name)) : 0;
  const isWhole = range?.kind !== "struct";
  const source = isWhole ? fileAt(call, thread, 2) : descriptionFile(thread, field("src_fd"));
  if (source === undefined) {
    throw refusal(call, "clones a file that is not in the recorded directory");
  }
  const length = field("src_length");
  const bytes = fold.tree.read(source.node, {
    offset: field("src_offset"),
    length: length === 0 ? Number.MAX_SAFE_INTEGER : length,
  });
  const offset = field("dest_offset");
  return putBytes(target, { tree: fold.tree, offset, bytes, sync: target.sync });
}

function descriptionFile(thread: TracedThread, descriptor: number): OpenFile | undefined {
  const description = thread.descriptors.get(descriptor);
  return description?.kind === "file" ? description : undefined;
}

function numberOf(argument: Argument | undefined): number {
  return argument?.kind === "number" ? argument.value : 0;
}
