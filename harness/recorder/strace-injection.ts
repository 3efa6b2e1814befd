// Faults that strace puts into a program's calls, as it is told of them.
import { tracedCalls } from "./traced-calls.ts";

/**
 * One fault at one call. `when` counts the calls of this name from 1, in **each thread for itself**:
 * it names one moment of a run only where one thread makes these calls. A libuv pool has four
 * threads unless UV_THREADPOOL_SIZE says 1, and which one takes a call is chance.
 *
 * - `kill`: SIGKILL at the call's entry. The call itself is not made, and the whole process dies.
 * - `error`: the call is not made and fails with this code.
 * - `delay`: microseconds before the call is made, or between it and its return.
 */
export type Injection = { readonly call: string; readonly when: number } & (
  | { readonly kind: "kill" }
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "delay"; readonly enterMicros?: number; readonly exitMicros?: number }
);

/** strace counts calls in 16 bits. */
const WHEN_MAX = 65_535;

/**
 * The argument of strace's `-e`. There is no short write among them: strace's `retval=` answers a
 * number and writes nothing, which is a lie and no fault of a disk.
 * @throws RangeError for a call that is not traced, a place below 1, a code that is no error's name
 */
export function injectionArgument(injection: Injection): string {
  const { call, when } = injection;
  if (!tracedCalls.includes(call)) throw new RangeError(`${call} is not a traced call`);
  if (!Number.isInteger(when) || when < 1 || when > WHEN_MAX) {
    throw new RangeError(`when=${when}: a call's number is from 1 to ${WHEN_MAX}`);
  }
  return `inject=${call}:${effect(injection)}:when=${when}`;
}

function effect(injection: Injection): string {
  switch (injection.kind) {
    case "kill":
      return "signal=SIGKILL";
    case "error":
      if (!/^E[A-Z0-9]+$/.test(injection.code)) {
        throw new RangeError(`${injection.code} is not the name of an error, such as EIO`);
      }
      return `error=${injection.code}`;
    case "delay":
      return delays(injection);
  }
}

function delays(micros: { readonly enterMicros?: number; readonly exitMicros?: number }): string {
  const sides = [
    ["delay_enter", micros.enterMicros],
    ["delay_exit", micros.exitMicros],
  ] as const;
  const asked = sides.filter(([, value]) => value !== undefined);
  if (asked.length === 0 || asked.some(([, value]) => !Number.isInteger(value))) {
    throw new RangeError("a delay is a whole number of microseconds, on one side or both");
  }
  return asked.map(([side, value]) => `${side}=${value}`).join(":");
}
