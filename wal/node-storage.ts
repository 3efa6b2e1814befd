// The storage port on node:fs.
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { lockDirectory } from "./directory-lock.ts";
import type { FileId, OpenMode, Storage } from "./storage.ts";

const FLAGS: { readonly [mode in OpenMode]: string } = { create: "wx+", write: "r+", read: "r" };

const fdatasyncLater = promisify(fdatasync);

/** The real disk. */
export const nodeStorage: Storage = {
  makeDirectory: (path) => makeDurableDirectory(resolve(path)),
  list: (directory) => readdirSync(directory).sort(),
  lock: lockDirectory,
  open: (path, mode) => openSync(path, FLAGS[mode]),
  close: closeSync,
  size: (file) => fstatSync(file).size,
  read: (file, bytes, position) => readSync(file, bytes, 0, bytes.length, position),
  write: (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  truncate: ftruncateSync,
  sync: fsyncSync,
  syncData: fdatasyncSync,
  syncDataLater: (file: FileId) => fdatasyncLater(file),
  syncDirectory,
  rename: renameSync,
  remove: unlinkSync,
};

/**
 * A directory is durable when its parent, which holds its name, is synced. One that is there already
 * needs that too: whoever made it may have been killed before the sync.
 */
function makeDurableDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    syncParent(path);
    return;
  }
  makeDurableDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else made it meanwhile; whoever did may not have synced it, so we do.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw error;
    }
  }
  syncDirectory(dirname(path));
}

/** Whoever may not read the parent did not make the directory, and cannot sync its name either. */
function syncParent(path: string): void {
  try {
    syncDirectory(dirname(path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) {
      throw error;
    }
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
