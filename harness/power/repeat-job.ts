// What a power worker is asked to repeat, and what it answers: data that crosses a process.
import type { DiskImage } from "../disk/image.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { Workload } from "../workload.ts";

/** Recover the store; or open it, write on, and close it. */
export type RepeatStep = "recover" | "write-on";

/** One disk, and what is done with it. */
export interface RepeatJob {
  readonly kind: "repeat";
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  /** Without the life that writes on: that one follows its last. */
  readonly workload: Workload;
  readonly image: DiskImage;
  /** The life that the crash ended. */
  readonly life: number;
  readonly steps: readonly RepeatStep[];
}

/** What a worker answers. */
export type RepeatReply =
  | { readonly kind: "repeated"; readonly events: readonly HistoryEvent[] }
  | { readonly kind: "bad-subject"; readonly message: string };
