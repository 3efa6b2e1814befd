// What can go wrong with a campaign before or beside its verdict.

/**
 * `not-ours`: the output directory holds something that no campaign wrote.
 * `nothing-to-run`: no scenario was given.
 * `bad-option`: a number that makes no sense.
 */
export type CampaignErrorCode = "not-ours" | "nothing-to-run" | "bad-option";

/** A campaign that was asked for in a way that cannot be done; nothing has been run. */
export class CampaignError extends Error {
  override readonly name = "CampaignError";
  readonly code: CampaignErrorCode;

  constructor(code: CampaignErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
