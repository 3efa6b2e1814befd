// A configuration that cannot be used.

/**
 * `missing`: the named file is not there. `unreadable`: it does not run or exports nothing.
 * `invalid`: a field is not as expected. `no-module`: a subject's module is not there.
 */
export type ConfigurationErrorCode = "missing" | "unreadable" | "invalid" | "no-module";

/** Names the file, the field, what was found and what is expected. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code: ConfigurationErrorCode;
  /** The configuration's file. */
  readonly file: string;

  constructor(
    code: ConfigurationErrorCode,
    file: string,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(`${file}: ${message}`, options);
    this.code = code;
    this.file = file;
  }
}
