// The stall watch: tells when nothing is under way any more that could answer what was asked.
import { setImmediate as nextTurn } from "node:timers/promises";
import { within } from "../supervisor/limited-wait.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What is watched. */
interface WatchedWork {
  readonly time: VirtualTime;
  /** True while something waits for an answer. */
  readonly isWaiting: () => boolean;
  /** Another number whenever anything was done. */
  readonly progress: () => number;
  /** Settles when the watch is over. */
  readonly over: Promise<unknown>;
}

/** Turns of the event loop in which nothing is done, before the clock on the wall is asked. */
const QUIET_TURNS = 16;

/**
 * How long nothing at all is done before a store counts as stalled, in milliseconds. Only a store
 * that waits for the machine itself comes near it, by a timer that does not hold the process: what the
 * ports do takes no real time, and what else holds the process (other timers, files, sockets) is seen.
 */
const STALL_GRACE_MS = 1_000;

/** What holds a process and ends by itself: timers, requests to files and names. All else lasts: pipes, sockets. */
const PASSING = /^(?:Timeout|Immediate)$|Req/;

/**
 * True when the work has stalled for good; false when the watch is over. It is to be asked before the
 * work begins.
 */
export async function stalls(
  { time, isWaiting, progress, over }: WatchedWork,
  graceMs: number = STALL_GRACE_MS,
): Promise<boolean> {
  const lasting = activeResources().filter((kind) => !PASSING.test(kind));
  let isOver = false;
  const end = async (): Promise<void> => {
    await over;
    isOver = true;
  };
  const ended = end();
  for (;;) {
    const before = progress();
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      await nextTurn();
      if (isOver) return false;
    }
    if (progress() !== before || time.isUnderWay) continue;
    if (await within(graceMs, ended)) return false;
    const isQuiet = progress() === before && !time.isUnderWay && !holdsMore(lasting);
    if (isQuiet && isWaiting()) return true;
  }
}

/** What holds this process now, a kind for each. */
function activeResources(): readonly string[] {
  return process.getActiveResourcesInfo();
}

/** True where more holds the process than what lasts. */
function holdsMore(lasting: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const kind of lasting) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const kind of activeResources()) {
    const left = counts.get(kind) ?? 0;
    if (left === 0) return true;
    counts.set(kind, left - 1);
  }
  return false;
}
