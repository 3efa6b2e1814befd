// How a child process is started: its own group, a small explicit environment, pipes.
import type { ChildProcess } from "node:child_process";
import { execa } from "execa";
import type { Clock } from "../clock.ts";
import type { ChildRole } from "./child.ts";
import { NOTE_VARIABLE } from "./progress-note.ts";
import type { SupervisorLimits } from "./supervisor-limits.ts";

/** The variable that marks all processes of a supervisor; a later start finds strays by it. */
export const SUPERVISOR_MARK = "ACKPROOF_SUPERVISOR";
/** The variable that marks all processes of a child, also those that leave its group. */
export const CHILD_MARK = "ACKPROOF_CHILD";

/** What every child of a supervisor shares. */
export interface ChildSettings {
  /** The bundled program of every child. */
  readonly childFile: string;
  readonly clock: Clock;
  readonly limits: SupervisorLimits;
  /** What stands before the program, which becomes the process itself. */
  readonly prefix?: readonly string[];
  /** Names the supervisor on this machine. */
  readonly mark: string;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a child; `mark` tells it from the supervisor's other children, `notePath` is its progress note's. */
export function startChild(
  { childFile, limits, mark: supervisor, prefix = [] }: ChildSettings,
  role: ChildRole,
  { mark, notePath }: { readonly mark: string; readonly notePath?: string },
): ChildProcess {
  const heapMebibytes = Math.ceil(limits.recoveryHeapBytes / (1024 * 1024));
  const nodeOptions = role !== "write" ? [`--max-old-space-size=${heapMebibytes}`] : [];
  const words = [...nodeOptions, childFile, role];
  const [program = process.execPath, ...rest] = [...prefix, process.execPath, ...words];
  return execa(program, rest, {
    stdio: ["pipe", "pipe", "pipe", role === "write" ? "pipe" : "ipc"],
    // Its own group, so that one signal strikes all of it.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    extendEnv: false,
    // Small and explicit: an inherited variable can make every start three times as long.
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      // With io_uring a file call may be under way in the kernel when the process is gone.
      UV_USE_IO_URING: "0",
      [SUPERVISOR_MARK]: supervisor,
      [CHILD_MARK]: mark,
      ...(notePath === undefined ? {} : { [NOTE_VARIABLE]: notePath }),
    },
  });
}
