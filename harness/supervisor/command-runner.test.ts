// Commands of a supervisor, with real processes: recoveries, and nothing is left behind.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { textPayload } from "../payload.ts";
import { CommandRunner } from "./command-runner.ts";
import { commandStore, HANG_MS, recoverJob, writeJob } from "./fixtures/command-jobs.ts";
import { processesWithEnvironment } from "./process-table.ts";
import type { RecoveryRun } from "./recovery-pool.ts";
import { defaultLimits } from "./supervisor-limits.ts";

const MARK = "command-runner-test";
const MEMORY_BYTES = 256 * 1024 * 1024;

let directory = "";
let runner: CommandRunner;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "command-test-"));
  writeFileSync(join(directory, "values"), "0.0:aaaa 3\n1.0:bbbb 4\n");
  runner = runnerWith({});
});

afterEach(async () => {
  await runner.close();
  rmSync(directory, { recursive: true, maxRetries: 5 });
});

function runnerWith(limits: Partial<typeof defaultLimits>): CommandRunner {
  const settled = { ...defaultLimits, commandMemoryBytes: MEMORY_BYTES, exitMs: 3_000, ...limits };
  return new CommandRunner({ clock: systemClock, limits: settled, mark: MARK });
}

function recover(behaviour: string): Promise<RecoveryRun> {
  return runner.recover(recoverJob(directory, commandStore([], [behaviour])));
}

function run(script: string): Promise<RecoveryRun> {
  const command = { write: [], recover: [process.execPath, "-e", script] };
  return runner.recover(recoverJob(directory, { command }));
}

function daemonBytes(): number | undefined {
  return statSync(join(directory, "daemon"), { throwIfNoEntry: false })?.size;
}

function base64(text: string): string {
  return Buffer.from(textPayload(text)).toString("base64");
}

describe("a recovery by command", () => {
  it("finds values and their LSNs", async () => {
    expect(await recover("none")).toEqual({
      outcome: {
        kind: "found",
        records: [
          { bytes: base64("0.0:aaaa"), lsn: 3 },
          { bytes: base64("1.0:bbbb"), lsn: 4 },
        ],
      },
      output: "",
    });
  });

  it("is refused where it exits with another code than 0", async () => {
    expect(await recover("exits")).toEqual({
      outcome: { kind: "refused", code: "exit-3", message: "no space left" },
      output: "no space left\n",
    });
  });

  it("died where a signal ended it", async () => {
    const { outcome } = await run("process.abort()");
    expect(outcome.kind).toMatch(/^(died|refused)$/);
  });

  it("hung where it took longer than its limit", async () => {
    runner = runnerWith({ recoveryMs: HANG_MS });
    expect((await recover("ignores-term")).outcome).toEqual({ kind: "hung", limitMs: HANG_MS });
  });

  it("is read as far as there may be anything, and ended", async () => {
    const { outcome } = await recover("endless-line");
    expect(outcome).toMatchObject({ kind: "found" });
    const endless = await run('for (;;) console.log("1")');
    expect(endless.outcome.kind === "found" && endless.outcome.records.length).toBe(100);
  });

  it("finds what nobody wrote in noise", async () => {
    const { outcome } = await run("process.stdout.write(Buffer.from([0, 255, 10, 13, 10]))");
    expect(outcome).toEqual({ kind: "found", records: [{ bytes: "AP8=" }, { bytes: "DQ==" }] });
  });

  it("takes with it what it started", async () => {
    const { outcome, uncontained } = await recover("daemon");
    expect(outcome.kind === "found" && outcome.records.length).toBe(2);
    expect(uncontained).toBeUndefined();
    const left = daemonBytes();
    await sleep(60);
    expect(daemonBytes()).toBe(left);
  });

  it("has no more memory than its limit", async ({ skip }) => {
    await recover("none");
    const missing = runner.containment?.includes("no memory limit") === true;
    if (missing && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(runner.containment);
    skip(missing, runner.containment);
    const { outcome } = await run(`Buffer.alloc(${2 * MEMORY_BYTES}, 1)`);
    expect(outcome).toMatchObject({ kind: "refused", code: "exit-1" });
  });

  it("is killed at a moment, and says nothing", async () => {
    const job = recoverJob(directory, commandStore([], ["hangs"]));
    const child = await runner.start(job);
    expect(await Promise.race([child.rest, sleep(60, "at work")])).toBe("at work");
    expect(child.kill()).toBe(true);
    expect(await child.end()).toMatchObject({ lines: [], killed: true, contained: true });
    const finished = await runner.start(recoverJob(directory));
    expect(await finished.rest).toBe("ended");
    expect(finished.kill()).toBe(false);
    expect(await finished.end()).toMatchObject({ killed: false, exitCode: 0 });
  });

  it("can not be killed at a call that nobody counts", async () => {
    const stop = { n: 1, edge: "before" } as const;
    await expect(runner.start({ ...recoverJob(directory), stop })).rejects.toMatchObject({
      code: "bad-subject",
    });
  });
});

describe("what is left behind", () => {
  it("nothing after close, and then nothing can be started", async () => {
    const subject = commandStore(["ignores-term", "0"], ["ignores-term"]);
    const child = await runner.start(writeJob(directory, { kind: "end" }, { subject }));
    const recovering = runner.recover(recoverJob(directory, subject));
    await sleep(60);
    expect(processesWithEnvironment("ACKPROOF_SUPERVISOR", MARK).length).toBeGreaterThan(1);
    await runner.close();
    expect(processesWithEnvironment("ACKPROOF_SUPERVISOR", MARK)).toEqual([]);
    expect(await child.rest).toBe("ended");
    await recovering;
    const again = runner.recover(recoverJob(directory, subject));
    await expect(again).rejects.toMatchObject({ code: "closed" });
  });

  it("nothing where the supervisor's process ends", async () => {
    const subject = commandStore(["ignores-term", "0"]);
    const child = await runner.start(writeJob(directory, { kind: "end" }, { subject }));
    runner.killAll();
    expect(await child.rest).toBe("ended");
  });
});
