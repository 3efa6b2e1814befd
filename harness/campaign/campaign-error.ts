// What can go wrong with a campaign before or beside its verdict, or with the result that one has left.

/**
 * `not-ours`: the output directory holds something that no campaign wrote.
 * `nothing-to-run`: no scenario was given.
 * `bad-option`: a number that makes no sense.
 * `no-result`: no saved result lies there, or it cannot be read.
 * `not-json`: what lies there is no JSON; a file that was cut is none either.
 * `unknown-version`: a result in the format of another version.
 * `cannot-write`: a rendering of the result cannot be written where it was asked for.
 * `malformed-result`: JSON that does not fit schema/result.schema.json.
 */
export type CampaignErrorCode =
  | "not-ours"
  | "nothing-to-run"
  | "bad-option"
  | "no-result"
  | "not-json"
  | "unknown-version"
  | "cannot-write"
  | "malformed-result";

/** A campaign or a saved result that was asked for in a way that cannot be done; nothing has been run. */
export class CampaignError extends Error {
  override readonly name = "CampaignError";
  readonly code: CampaignErrorCode;

  constructor(code: CampaignErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
