// The fold of one recorded process onto the trace of those before it.
import { realpathSync } from "node:fs";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { MarkSource } from "../recorder/call-handler.ts";
import type { FoldResult } from "../recorder/fold.ts";
import { recordedDisk } from "../recorder/recorded-disk.ts";
import type { TracedEvent } from "../recorder/traced-call.ts";
import { isCommand, type SubjectReference } from "../subject.ts";

/** Our own child answers on a descriptor of its own. */
const COMMAND_CHANNEL = { input: 0, output: 1 };
const MODULE_CHANNEL = { input: 0, output: 3 };

/** What was recorded. */
export interface RecordedProcess {
  readonly subject: SubjectReference;
  readonly events: readonly TracedEvent[];
  /** The store's: its path without links. */
  readonly directory: string;
  readonly before: DiskTrace;
  /** Patterns of the files that hold nothing durable. */
  readonly volatileFiles: readonly string[];
  readonly marks: () => MarkSource;
}

/** The trace, held against the directory as it is now. */
export function foldProcess({ subject, ...recorded }: RecordedProcess): FoldResult {
  return recordedDisk({
    ...recorded,
    workingDirectory: realpathSync(process.cwd()),
    channel: isCommand(subject) ? COMMAND_CHANNEL : MODULE_CHANNEL,
  });
}
