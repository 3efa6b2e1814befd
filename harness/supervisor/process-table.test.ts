// The process table: who lives, who carries a mark, and that nobody else is struck.
import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import {
  groupLives,
  killProcess,
  processesWithEnvironment,
  processIdentity,
  signal,
} from "./process-table.ts";

let sleeper: ChildProcess | undefined;

async function startSleeper(): Promise<number> {
  sleeper = spawn("/bin/sleep", ["30"], { detached: true, env: { TABLE_TEST: "yes" } });
  await new Promise((resolve) => sleeper?.once("spawn", resolve));
  return sleeper.pid ?? 0;
}

async function ended(): Promise<void> {
  await new Promise((resolve) => sleeper?.once("exit", resolve));
  sleeper = undefined;
}

afterEach(() => sleeper?.kill("SIGKILL"));

describe.runIf(process.platform === "linux")("the process table", () => {
  it("finds a process by its number and by its mark, until it has ended", async () => {
    const pid = await startSleeper();
    const identity = processIdentity(pid);
    expect(identity?.startTime).toMatch(/^\d+$/);
    expect(processesWithEnvironment("TABLE_TEST", "yes")).toEqual([identity]);
    expect(processesWithEnvironment("TABLE_TEST", "ye")).toEqual([]);
    expect(groupLives(pid)).toBe(true);
    sleeper?.kill("SIGKILL");
    await ended();
    expect(processIdentity(pid)).toBeUndefined();
    expect(groupLives(pid)).toBe(false);
    expect(signal(pid, 0)).toBe(false);
  });

  it("kills exactly the process that was meant, not another with its number", async () => {
    const pid = await startSleeper();
    killProcess({ pid, startTime: "1" });
    expect(processIdentity(pid)).toBeDefined();
    const identity = processIdentity(pid);
    if (identity !== undefined) killProcess(identity);
    await ended();
    expect(processIdentity(pid)).toBeUndefined();
  });
});
