// Whether the folder of all trials is full: then the system refuses a store's writes, and nothing is proven.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** With less than this a file system counts as full, in bytes: some keep a little for their own use. */
const LEAST_BYTES = 64 * 1024;

/**
 * Does what needs room in a directory of trials, where there is some.
 * @throws SupervisorError `no-space`
 */
export function withSpace<Result>(directory: string, act: () => Result): Result {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < LEAST_BYTES) throw noSpace(directory);
  try {
    return act();
  } catch (error) {
    if (errorCode(error) !== "ENOSPC") throw error;
    throw noSpace(directory, error);
  }
}

function noSpace(directory: string, cause?: unknown): SupervisorError {
  const folder = dirname(directory);
  return new SupervisorError(
    "no-space",
    `no space is left in ${folder}, where the stores of all trials lie: TMPDIR names another folder`,
    { cause },
  );
}
