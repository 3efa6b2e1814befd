// An artifact that cannot be replayed.

/**
 * `missing`: no artifact lies there. `corrupt`: what lies there is none, or was altered.
 * `unknown-version`: written by another version's format. `no-store`: the disk was not kept.
 * `not-repeated`: the worker failed outside of the store's recovery.
 * `unknown-scenario`: no scenario of that name is known here, so its subject is not either.
 */
export type ArtifactErrorCode =
  | "missing"
  | "corrupt"
  | "unknown-version"
  | "no-store"
  | "not-repeated"
  | "unknown-scenario";

/** Says which file of the artifact, what was found and what is expected. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  readonly code: ArtifactErrorCode;

  constructor(code: ArtifactErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
