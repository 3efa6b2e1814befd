// What can go wrong in reading a history.

/** Why a history could not be read; it is then inconclusive. */
export type HistoryErrorCode =
  /** An event names an operation that the workload does not hold. */
  | "UNKNOWN_OPERATION"
  /** A crash's text begins with no kind of fault that there is. */
  | "UNKNOWN_FAULT"
  /** Too many records without a name: telling them apart would take too long. */
  | "TOO_AMBIGUOUS";

/** A history that the judges cannot read. */
export class HistoryError extends Error {
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string) {
    super(message);
    this.name = "HistoryError";
    this.code = code;
  }
}
