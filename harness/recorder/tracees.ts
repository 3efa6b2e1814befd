// Who is traced now, and by whom, as /proc shows it.
import { readdirSync, readFileSync } from "node:fs";
import { errorCode } from "../supervisor/error-code.ts";
import { killProcess, type ProcessIdentity, processIdentity } from "../supervisor/process-table.ts";

/**
 * SIGKILL to every process that one of these tracers traces; false where there was none. The tracers
 * live on and write down how each ended.
 */
export function killTracees(tracers: readonly ProcessIdentity[]): boolean {
  const numbers = new Set(tracers.map(({ pid }) => pid));
  const traced = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => numbers.has(tracerOf(pid)))
    .map((pid) => processIdentity(pid))
    .filter((identity) => identity !== undefined);
  for (const identity of traced) killProcess(identity);
  return traced.length > 0;
}

/** 0 where nobody traces it, or it has ended meanwhile. */
function tracerOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^TracerPid:\t(\d+)$/m.exec(status)?.[1] ?? 0);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM") return 0;
    throw error;
  }
}
