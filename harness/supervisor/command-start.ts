// What is started for a store that is a command: the program, its arguments and its environment.
import { isCommand } from "../subject.ts";
import { type CommandProgram, findProgram } from "./command-program.ts";
import type { StoreLocation } from "./job.ts";
import { SupervisorError } from "./supervisor-error.ts";

const SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

/** A program that can be started. */
export interface CommandToStart extends CommandProgram {
  /** Small and explicit, so that a trial does not depend on who runs it. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws SupervisorError `bad-subject` where the program is not there or can not be run */
export function commandStart(
  role: "write" | "recover",
  { subject, directory, options }: StoreLocation,
): CommandToStart {
  if (!isCommand(subject)) throw new SupervisorError("bad-subject", "the subject is no command");
  const searchPath = process.env["PATH"] ?? SEARCH_PATH;
  const { mode, ...rest } = options;
  return {
    ...findProgram(role, subject.command[role], searchPath),
    env: {
      PATH: searchPath,
      // With io_uring a file call may be under way in the kernel when the process is gone.
      UV_USE_IO_URING: "0",
      ACKPROOF_DIR: directory,
      ACKPROOF_MODE: mode,
      ACKPROOF_OPTIONS: JSON.stringify(rest),
    },
  };
}
