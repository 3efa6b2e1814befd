// A wait is not used up by this process's own work.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { within } from "./limited-wait.ts";

const LIMIT_MS = 100;

/** Keeps the event loop from hearing of anything. */
function work(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

test("an event that came while this process worked is heard of, though the limit is over", async () => {
  const child = spawn("true", { stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.resume();
  const ended = Promise.all([once(child, "exit"), once(child.stdout, "close")]);
  const came = within(LIMIT_MS, ended);
  work(5 * LIMIT_MS);
  expect(await came).toBe(true);
});

test("what never comes is waited for to the limit", async () => {
  expect(await within(LIMIT_MS, new Promise(() => undefined))).toBe(false);
});

test("what came before the wait is seen, without a limit too", async () => {
  expect(await within(0, Promise.resolve())).toBe(true);
});

test("an event that fails fails the wait", async () => {
  await expect(within(LIMIT_MS, Promise.reject(new RangeError("broken")))).rejects.toThrow(
    "broken",
  );
});
