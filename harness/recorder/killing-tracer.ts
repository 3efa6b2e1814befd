// The tracer that kills a program at one of its calls, and writes nothing down.
import { straceCommand } from "./strace-arguments.ts";

/** What stands before the program: it is killed before it makes its `when`-th call of this name. */
export function killingTracer(at: {
  readonly call: string;
  readonly when: number;
}): readonly string[] {
  const { call, when } = at;
  return straceCommand({
    traceFile: "/dev/null",
    // The shortest that strace takes for a string that nobody reads.
    stringBytes: 1,
    injections: [{ kind: "kill", call, when }],
  });
}
