// The copy of a store inside an artifact: measured, and refused where it is no plain tree of files.
import { cpSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ArtifactError } from "./artifact-error.ts";

/** Most bytes of an artifact. */
export const ARTIFACT_LIMIT_BYTES: number = 16 * 1024 * 1024;
const ENTRIES_LIMIT = 10_000;

/**
 * The bytes of all files below a directory.
 * @throws ArtifactError `corrupt` for a link, a device or too many entries: none of these comes
 * from a campaign, and a copy that follows a link would read files outside the artifact.
 */
export function measureFiles(directory: string): number {
  const waiting = [directory];
  let entries = 0;
  let bytes = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of readdirSync(folder)) {
      entries += 1;
      if (entries > ENTRIES_LIMIT)
        throw notPlain(directory, `has more than ${ENTRIES_LIMIT} files`);
      const path = join(folder, name);
      const kind = lstatSync(path);
      if (kind.isDirectory()) waiting.push(path);
      else if (kind.isFile()) bytes += kind.size;
      else throw notPlain(path, "is neither a file nor a directory");
    }
  }
  return bytes;
}

/**
 * Copies a store that is within the limits of an artifact.
 * @throws ArtifactError `corrupt` where it is not.
 */
export function copyFiles(from: string, to: string): void {
  const bytes = measureFiles(from);
  if (bytes > ARTIFACT_LIMIT_BYTES) throw notPlain(from, `has ${bytes} bytes, over the limit`);
  cpSync(from, to, { recursive: true, errorOnExist: true, force: false });
}

function notPlain(path: string, what: string): ArtifactError {
  return new ArtifactError("corrupt", `${path} ${what}.`);
}
