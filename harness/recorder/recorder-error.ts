// What can go wrong in recording a program: never a verdict on the store.

/**
 * - `no-strace`: strace is missing, too old, or may not trace here.
 * - `not-understood`: a line of strace's output that the parser does not know.
 * - `trace-too-large`: the recording outgrew its limit, as a whole or in one line.
 * - `tracer-failed`: strace did not start, or ended before what it traced.
 * - `cannot-be-recorded`: the program did what the model of the disk does not know.
 */
export type RecorderErrorCode =
  | "no-strace"
  | "not-understood"
  | "trace-too-large"
  | "tracer-failed"
  | "cannot-be-recorded";

/** Every error of this folder. */
export class RecorderError extends Error {
  override readonly name = "RecorderError";
  readonly code: RecorderErrorCode;
  /** The line of the trace concerned, cut to a length. */
  readonly line?: string;

  constructor(
    code: RecorderErrorCode,
    message: string,
    options: { readonly line?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    if (options.line !== undefined) this.line = options.line;
  }
}
