// The shape of what the fold does with a call.
import type { Inode } from "../disk/image.ts";
import type { FailingCall } from "../disk/io-failure.ts";
import type { FileContent } from "../disk/sectors.ts";
import type { HistoryEvent } from "../history/history.ts";
import { numberAt } from "./call-arguments.ts";
import type { Description, OpenFile } from "./open-files.ts";
import type { PathLookup } from "./path-lookup.ts";
import type { ProcessTable, TracedThread } from "./process-table.ts";
import type { RecordedTree } from "./recorded-tree.ts";
import type { TracedCall } from "./traced-call.ts";

/** What the harness knows of the pipes that it asks through and is answered through. */
export interface MarkSource {
  /** Before the first call. */
  begun(): readonly HistoryEvent[];
  /** The subject has read this many further bytes of its input. */
  delivered(bytes: number): readonly HistoryEvent[];
  /** The subject has written these bytes to its output. */
  answered(bytes: Uint8Array): readonly HistoryEvent[];
  /** strace made this call fail, or kept it waiting; undefined: it was none on the store's files. */
  tampered(call: TracedCall, struck: StruckCall | undefined): readonly HistoryEvent[];
  /** The subject's first process has ended; without a code, by a signal. */
  exited(code: number | undefined): readonly HistoryEvent[];
}

/** Which of the recording's calls on the store's files a failure struck. */
export interface StruckCall {
  readonly as: FailingCall;
  /** From 1; calls that failed by themselves do not count. */
  readonly n: number;
}

/** What the files held in the end, by the trace's numbers: it tells in which order overlapping writes came. */
export type FinalContents = ReadonlyMap<Inode, FileContent>;

/** What the handlers of one recording share. */
export interface FoldContext {
  /** Known in a second fold, which is for programs that append to one file at once. */
  readonly final: FinalContents | undefined;
  /** True while a call has its last chance to take effect. */
  isLate: boolean;
  readonly tree: RecordedTree;
  readonly paths: PathLookup;
  readonly processes: ProcessTable;
  readonly marks: MarkSource;
  /** Descriptions that were sent to another process and not yet received. */
  readonly travelling: (readonly (Description | undefined)[])[];
}

/** What is left to do when the call ends. */
export type CallEnd = (() => void) | undefined;

/**
 * Takes the effect of a call that succeeded, or of a sync that failed, when it starts or as soon after as the state allows:
 * it throws `Contradiction` before it changed anything where the state does not. Throws `RecorderError`
 * `cannot-be-recorded` for what the model does not know.
 */
export type CallHandler = (call: TracedCall, thread: TracedThread, fold: FoldContext) => CallEnd;

/** What the descriptor in this argument leads to; `undefined` where the trace never saw it opened. */
export function descriptionAt(
  call: TracedCall,
  thread: TracedThread,
  index: number,
): Description | undefined {
  return thread.descriptors.get(numberAt(call, index));
}

/** The open file of the recorded directory in this argument, if it is one. */
export function fileAt(
  call: TracedCall,
  thread: TracedThread,
  index: number,
): OpenFile | undefined {
  const description = descriptionAt(call, thread, index);
  return description?.kind === "file" ? description : undefined;
}
