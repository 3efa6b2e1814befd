// A folder in memory, where files are made and removed much faster than on a disk.
import { accessSync, constants, statfsSync } from "node:fs";
import { errorCode } from "./error-code.ts";

const FOLDER = "/dev/shm";
/** The magic number of tmpfs in statfs(2). */
const TMPFS = 0x01021994;
/** A container's folder is often far too small. In bytes. */
const LEAST_BYTES = 256 * 1024 * 1024;

/** Undefined where there is none that this user may write to, or it has too little room. */
export function memoryFolder(folder: string = FOLDER): string | undefined {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const { type, bavail, bsize } = statfsSync(folder);
    return type === TMPFS && bavail * bsize >= LEAST_BYTES ? folder : undefined;
  } catch (error) {
    // ENOENT, EACCES and their like: then it is not there for us.
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
