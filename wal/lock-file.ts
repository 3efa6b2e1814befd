// A directory's lock as a file, for systems without abstract sockets.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Lock files are `LOCK.<pid>.<start time>`: a pid alone is given again. */
const LOCK_PREFIX = "LOCK.";

/** The error of a lock that is taken. */
export function lockedError(directory: string, owner: string): Error {
  return Object.assign(new Error(`${directory} is locked: ${owner}`), { code: "ELOCKED" });
}

/**
 * Takes the directory: puts down an empty file that names this process, and only then looks for
 * files of others. Of two takers at least one therefore sees the other and gives way; both may. The
 * file of a process that is gone is removed: its name can never be an owner's again.
 * @throws an error with code `ELOCKED` where an owner lives, this process included.
 */
export function lockByFile(directory: string): () => void {
  const name = lockName(process.pid);
  const path = join(directory, name);
  if (!created(path)) {
    throw lockedError(directory, "this process has it open");
  }
  const release = (): void => rmSync(path, { force: true });
  try {
    refuseOthers(directory, name);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function refuseOthers(directory: string, mine: string): void {
  const locks = readdirSync(directory).filter((name) => name.startsWith(LOCK_PREFIX));
  for (const other of locks.filter((name) => name !== mine)) {
    const pid = Number(other.split(".")[1]);
    if (Number.isInteger(pid) && pid > 0 && lockName(pid) === other) {
      throw lockedError(directory, `process ${pid} has it open`);
    }
    rmSync(join(directory, other), { force: true });
  }
}

function created(path: string): boolean {
  try {
    writeFileSync(path, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** The lock file of the process that has this pid now; without a start time where none has. */
function lockName(pid: number): string {
  return `${LOCK_PREFIX}${pid}.${startTime(pid).replaceAll(/\W+/g, "-")}`;
}

/** As `ps` prints it, in one time zone and language for all who compare it. */
function startTime(pid: number): string {
  try {
    const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env,
    }).trim();
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 1) {
      return "";
    }
    throw error;
  }
}
