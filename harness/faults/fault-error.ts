// What can be wrong with a fault as somebody wrote it.

/** What is wrong with it. */
export type FaultErrorCode = "unknown-fault" | "bad-plan" | "does-not-apply";

/** A fault or a plan that does not exist. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly code: FaultErrorCode;

  constructor(code: FaultErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
