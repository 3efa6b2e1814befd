// A failure of a program's disk, and how strace brings it about.
import type { IoFailure } from "../disk/io-failure.ts";
import type { Injection } from "../recorder/strace-injection.ts";
import type { CallPlace } from "./call-place.ts";

/** One call of a chain that fails. */
export interface ProgramStrike {
  readonly life: number;
  /** Which of the life's processes, from 0: each reopen begins another. */
  readonly session: number;
  readonly place: CallPlace;
  readonly failure: IoFailure;
}

/** A sync that is slow takes this long, in microseconds: other calls of the program have time to come first. */
const SLOW_MICROS = 100_000;

/** What strace is told. @throws RangeError for a failure that strace knows nothing of */
export function injectionOf({ place, failure }: ProgramStrike): Injection {
  const { kind } = failure;
  switch (kind) {
    case "EIO":
    case "ENOSPC":
    case "EINTR":
      return { ...place, kind: "error", code: kind };
    case "slow":
      return { ...place, kind: "delay", enterMicros: SLOW_MICROS };
    case "short":
      throw new RangeError("strace can not write a part of what a call was given");
  }
}
