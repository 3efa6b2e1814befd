// What keeps a measurement from being made at all.

/**
 * `in-memory`: a sync costs nothing in the named directory. `no-directory`: it is not there, or cannot be
 * written to. `nothing-to-measure`: no setting was given.
 */
export type MeasureErrorCode = "in-memory" | "no-directory" | "nothing-to-measure";

/** Nothing has been measured. */
export class MeasureError extends Error {
  override readonly name = "MeasureError";
  readonly code: MeasureErrorCode;

  constructor(code: MeasureErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
