// Time, passed in: nothing in the project reads a clock of its own.

/** Milliseconds, from two origins. */
export interface Clock {
  /** Milliseconds from an arbitrary start, never going back; for durations. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC; for stamps that people read. */
  wallMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => performance.timeOrigin + performance.now(),
};
