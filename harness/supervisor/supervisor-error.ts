// What can go wrong in running children: never a verdict on the store.

/** What went wrong; the first five are breaches of the line protocol. */
export type SupervisorErrorCode =
  | "malformed-line"
  | "line-too-long"
  | "unknown-operation"
  | "answered-twice"
  | "answered-out-of-order"
  /** The subject's module or export is missing, or has not the shape of a subject. */
  | "bad-subject"
  /** A recovery of the subject gave a value that has no bytes: its trial proves nothing. */
  | "bad-value"
  /** A child did not start. */
  | "child-not-ready"
  /** A process of the subject outlived every signal within its limit. */
  | "not-contained"
  /** The folder of all trials is full, so that what a store is refused is no fault of its own. */
  | "no-space"
  /** The supervisor was closed, or has more waiting than it takes. */
  | "closed"
  | "queue-full";

/** An error of the harness or of its configuration, with its facts as fields. */
export class SupervisorError extends Error {
  override readonly name = "SupervisorError";
  readonly code: SupervisorErrorCode;
  /** The line concerned, cut to a length. */
  readonly line?: string;

  constructor(
    code: SupervisorErrorCode,
    message: string,
    options: { readonly line?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    if (options.line !== undefined) this.line = options.line;
  }
}
