// A copy of a store as a crash left it, for an artifact.
import { constants, copyFileSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Whether the store was copied; if not, why. */
export type StoreCopy =
  | { readonly kind: "copied"; readonly path: string }
  | { readonly kind: "skipped"; readonly reason: string };

/** Files and subdirectories of a store are few; a directory with more is not copied. */
const ENTRIES_LIMIT = 10_000;

/** Copies files and directories, nothing else; an earlier copy in the same place goes. */
export function copyStore(from: string, to: string, limitBytes: number): StoreCopy {
  rmSync(to, { recursive: true, force: true });
  if (lstatSync(from, { throwIfNoEntry: false }) === undefined) {
    return { kind: "skipped", reason: "the store's directory does not exist" };
  }
  const entries = listEntries(from);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > limitBytes || entries.length > ENTRIES_LIMIT) {
    return { kind: "skipped", reason: `the store has ${bytes} bytes or more, over the limit` };
  }
  mkdirSync(to, { recursive: true });
  for (const { path, isDirectory } of entries) {
    const target = join(to, path);
    if (isDirectory) mkdirSync(target);
    // Where the file system can share blocks, the copy costs nothing.
    else copyFileSync(join(from, path), target, constants.COPYFILE_FICLONE);
  }
  return { kind: "copied", path: to };
}

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly bytes: number;
}

/** What lies in the store, directories before their content, at most one more than the limit. */
function listEntries(root: string): readonly Entry[] {
  const entries: Entry[] = [];
  const folders = [""];
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = join(folder, name);
      const found = lstatSync(join(root, path));
      const isDirectory = found.isDirectory();
      if (!isDirectory && !found.isFile()) continue;
      if (isDirectory) folders.push(path);
      entries.push({ path, isDirectory, bytes: isDirectory ? 0 : found.size });
      if (entries.length > ENTRIES_LIMIT) return entries;
    }
  }
  return entries;
}
