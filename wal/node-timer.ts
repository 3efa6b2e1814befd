// The timer on Node: finer than a millisecond, which is the grain of Node's own.
import { setTimeout as sleep } from "node:timers/promises";
import type { WalTimer } from "./options.ts";

/**
 * Sleeps all whole milliseconds but the last by a timer of Node, which comes up to one late. What is
 * left passes in turns of the event loop: others run meanwhile, and the processor does not rest. A
 * turn that others make long makes the wait longer; it is never shorter than asked.
 */
export const nodeTimer: WalTimer = {
  async after(micros: number): Promise<void> {
    const end = performance.now() + micros / 1000;
    const wholeMs = Math.floor(micros / 1000) - 1;
    if (wholeMs > 0) {
      await sleep(wholeMs);
    }
    while (performance.now() < end) {
      await turn();
    }
  },
};

/** One turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
