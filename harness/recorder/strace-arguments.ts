// The words that start a program under strace so that its trace can be read.
import { type Injection, injectionArgument } from "./strace-injection.ts";
import { rawCalls, tracedCalls } from "./traced-calls.ts";

/** What is asked of strace. Sizes in bytes. */
export interface StraceSettings {
  /** The file that the trace goes to; strace makes it. */
  readonly traceFile: string;
  /** The longest string or buffer that is printed whole. */
  readonly stringBytes: number;
  /** Faults that strace puts into the program's calls. */
  readonly injections?: readonly Injection[];
}

/** Everything before the program and its arguments, strace itself first. */
export function straceCommand(settings: StraceSettings): readonly string[] {
  return ["strace", ...straceArguments(settings), "--"];
}

/** What every recorded program needs in its environment: io_uring would hide file calls from strace. */
export const recordedEnvironment: Readonly<Record<string, string>> = { UV_USE_IO_URING: "0" };

function straceArguments(settings: StraceSettings): readonly string[] {
  const { traceFile, stringBytes, injections = [] } = settings;
  return [
    // All threads and children.
    "-f",
    // Stopped by the kernel's filter at the calls below and at no others, which makes all others
    // nearly free. A signal that is injected at such a stop never comes (strace 6.1, Linux 6.18).
    ...(injections.some(({ kind }) => kind === "kill") ? [] : ["--seccomp-bpf"]),
    "-o",
    traceFile,
    // A call that this machine lacks is no error.
    "-e",
    `trace=${tracedCalls.map((call) => `?${call}`).join(",")}`,
    // Every byte of a string as two hexadecimal digits: nothing in a name or a value can break a line.
    "-xx",
    "-s",
    String(stringBytes),
    // Whole structures and lists, but for the environment of a new program.
    "-e",
    "abbrev=execve,execveat",
    "-e",
    `raw=${rawCalls.map((call) => `?${call}`).join(",")}`,
    // Seconds since the epoch, with microseconds.
    "-ttt",
    // A descriptor's number and nothing beside it.
    "-e",
    "decode-fds=none",
    // The number of a child in a process namespace of its own, and the one that begins its lines.
    "--decode-pids=pidns",
    "--quiet=attach",
    ...injections.flatMap((injection) => ["-e", injectionArgument(injection)]),
  ];
}
