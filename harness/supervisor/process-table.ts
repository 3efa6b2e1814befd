// The process table as /proc shows it: who lives, since when, and who carries a marker.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as text; "0" where the system has no /proc. */
  readonly startTime: string;
}

/** Who has this number now; undefined where nobody has. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  if (process.platform !== "linux") return signal(pid, 0) ? { pid, startTime: "0" } : undefined;
  const status = readStatus(pid);
  return status && { pid, startTime: status.startTime };
}

/** True while a process of this group can still do something. */
export function groupLives(group: number): boolean {
  if (!signal(-group, 0)) return false;
  if (process.platform !== "linux") return true;
  // The signal also finds zombies, and without an init process to reap them they stay.
  return processNumbers().some((pid) => readStatus(pid)?.group === String(group));
}

/** Names the process-number space, so that another container's numbers are not taken for ours. */
export function processNamespace(): string {
  if (process.platform !== "linux") return "0";
  return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
}

/**
 * Live processes of this user that were started with `name=value` in their environment; none
 * where the system has no /proc. A program that cleared its environment is not found.
 */
export function processesWithEnvironment(name: string, value: string): readonly ProcessIdentity[] {
  if (process.platform !== "linux") return [];
  const wanted = `${name}=${value}`;
  return processNumbers()
    .map((pid) => identityWith(pid, wanted))
    .filter((found) => found !== undefined);
}

/** Sends SIGKILL to exactly this process, not to a later one with its number. */
export function killProcess({ pid, startTime }: ProcessIdentity): void {
  if (processIdentity(pid)?.startTime === startTime) signal(pid, "SIGKILL");
}

/** Sends a signal; false where nobody is there to get it. */
export function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ESRCH") return false;
    // A process that may not be signalled is there, and not ours.
    if (code === "EPERM") return true;
    throw error;
  }
}

function processNumbers(): readonly number[] {
  const entries = readdirSync("/proc");
  return entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
}

/** Undefined where there is no such process, or only its zombie: it runs no code, holds no file. */
function readStatus(
  pid: number,
): { readonly group: string | undefined; readonly startTime: string } | undefined {
  const text = readProcess(pid, "stat");
  // The second field is the program's name in brackets and may hold spaces and brackets itself.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, group, startTime] = [fields?.[0], fields?.[2], fields?.[19]];
  return startTime === undefined || state === "Z" || state === "X"
    ? undefined
    : { group, startTime };
}

function identityWith(pid: number, wanted: string): ProcessIdentity | undefined {
  // Looked up first: the environment that is read then belongs to this process or a later one,
  // and `killProcess` compares again.
  const identity = processIdentity(pid);
  if (identity === undefined) return undefined;
  return readProcess(pid, "environ")?.split("\0").includes(wanted) === true ? identity : undefined;
}

function readProcess(pid: number, file: "stat" | "environ"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch (error) {
    const code = errorCode(error) ?? "";
    // Ended meanwhile, or another user's.
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM")
      return undefined;
    throw error;
  }
}
