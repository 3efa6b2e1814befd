// A command line that cannot be done as it stands.

export type UsageErrorCode =
  | "unknown-command"
  | "unknown-option"
  | "unknown-scenario"
  | "unknown-mode"
  | "bad-value"
  | "wrong-arguments"
  | "already-there"
  | "unsupported-platform";

/** Says what was found and what is expected; the program ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
