// One system call as the tracer saw it: who made it, what with, what came back, between which moments.

/** An argument, or a part of one, as strace prints it. */
export type Argument =
  | { readonly kind: "number"; readonly value: number }
  /** A string or a buffer. `complete` is false where the tracer cut it short. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly complete: boolean }
  /** Names joined by `|`, numbers among them as they stand: `O_RDWR|O_CREAT`, `SEEK_SET`, `AT_FDCWD`, `NULL`. */
  | { readonly kind: "symbols"; readonly names: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly Argument[] }
  /** `{iov_base=..., iov_len=4}`; an argument with a name, `flags=SIGCHLD` of clone, is one of a single field. */
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, Argument> }
  /** `[0] => [10]`: what the call was given, and what it left there. */
  | { readonly kind: "changed"; readonly before: Argument; readonly after: Argument }
  /** What has none of these forms, as it stands. */
  | { readonly kind: "other"; readonly text: string };

/**
 * What a call gave back; one that the process did not live to see gave nothing. `tampered` says that
 * strace made it fail, or kept it waiting, as it was told.
 */
export type CallResult =
  | { readonly kind: "value"; readonly value: number; readonly tampered?: true }
  | { readonly kind: "error"; readonly code: string; readonly tampered?: true }
  | { readonly kind: "none" };

/** One system call, whole: `unfinished` and `resumed` are put together. */
export interface TracedCall {
  /**
   * The thread that made it, as the kernel numbers it. An exec leaves a process one thread, with the
   * process's number: its call bears that number, whichever thread made it.
   */
  readonly thread: number;
  readonly name: string;
  readonly args: readonly Argument[];
  readonly result: CallResult;
  /** Places in the one order of all starts and ends, each used once; `start < end`. */
  readonly start: number;
  readonly end: number;
  /** Seconds since the epoch at its start, where the tracer was asked for times. */
  readonly startedAt?: number;
}

/** A thread's end, or a signal that it was sent, in the same order. */
export type TracedEvent =
  | { readonly kind: "call"; readonly call: TracedCall }
  | { readonly kind: "exited"; readonly thread: number; readonly at: number; readonly code: number }
  | {
      readonly kind: "killed";
      readonly thread: number;
      readonly at: number;
      readonly signal: string;
    };
