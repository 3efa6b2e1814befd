// A supervisor with real children leaves nothing behind, not even where it is killed itself.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import type { Operation } from "../workload.ts";
import { commandStore } from "./fixtures/command-jobs.ts";
import type { StoreLocation } from "./job.ts";
import { processesWithEnvironment, processIdentity, processNamespace } from "./process-table.ts";
import { startSupervisor } from "./supervisor.ts";

const CHILD = fileURLToPath(new URL("../../dist/child.cjs", import.meta.url));
const STORE = fileURLToPath(new URL("fixtures/file-store.mjs", import.meta.url));
const ABANDONING = fileURLToPath(new URL("fixtures/abandoning-supervisor.mjs", import.meta.url));
const APPENDS = Array.from({ length: 6 }, (): Operation => ({ kind: "append", size: 40 }));
const RECOVER = { kind: "recover", limits: { records: 1, bytes: 1 } } as const;

describe("what is left behind", () => {
  let own = "";

  afterEach(() => rmSync(own, { recursive: true, force: true }));

  it("nothing after close: no directory, no process; and then nothing can be started", async () => {
    own = mkdtempSync(join(tmpdir(), "supervisor-test-"));
    const options = { childFile: CHILD, concurrency: 2, clock: systemClock, temporaryFolder: own };
    const second = await startSupervisor(options);
    const [base = ""] = readdirSync(own);
    const directory = second.makeDirectory();
    const recovering = { ...RECOVER, store: storeIn(directory) };
    expect((await second.recover(recovering)).outcome).toEqual({ kind: "found", records: [] });
    const child = await second.start({ ...RECOVER, store: storeIn(directory) });
    expect(await child.rest).toBe("waiting");
    expect(readdirSync(join(own, base))).toEqual([basename(directory)]);
    expect(processesWithEnvironment("ACKPROOF_SUPERVISOR", base).length).toBeGreaterThan(0);
    await second.close();
    expect(readdirSync(own)).toEqual([]);
    expect(processesWithEnvironment("ACKPROOF_SUPERVISOR", base)).toEqual([]);
    await expect(second.start(recovering)).rejects.toMatchObject({ code: "closed" });
    await expect(second.recover(recovering)).rejects.toMatchObject({ code: "closed" });
  });

  it("a child that can not start is an error with what it printed", async () => {
    own = mkdtempSync(join(tmpdir(), "supervisor-test-"));
    const childFile = join(own, "no-such-child.cjs");
    const options = { childFile, concurrency: 1, clock: systemClock, temporaryFolder: own };
    const broken = await startSupervisor(options);
    await expect(broken.start({ ...RECOVER, store: storeIn(own) })).rejects.toMatchObject({
      code: "child-not-ready",
      message: expect.stringContaining("Cannot find module"),
    });
    await broken.close();
  });

  it.each([
    ["children end by themselves", "none"],
    ["a child that can not is ended by the next start", "never-returns"],
  ])("by a supervisor that was killed: %s", async (_, behaviour) => {
    own = mkdtempSync(join(tmpdir(), "supervisor-test-"));
    const store = storeIn(join(own, "s"));
    const base = await abandon(own, {
      ...store,
      options: { ...store.options, behaviour, after: 1 },
    });
    if (behaviour === "none") {
      for (let tries = 0; tries < 200 && marked(base) > 0; tries += 1) await sleep(20);
      expect(marked(base)).toBe(0);
    } else expect(marked(base)).toBeGreaterThan(0);
    const options = { childFile: CHILD, concurrency: 1, clock: systemClock, temporaryFolder: own };
    const next = await startSupervisor(options);
    expect(marked(base)).toBe(0);
    expect(existsSync(join(own, base))).toBe(false);
    await next.close();
  });

  it("by a supervisor that was killed: a command that ignores all is ended by the next start", async () => {
    own = mkdtempSync(join(tmpdir(), "supervisor-test-"));
    const subject = commandStore(["ignores-term", "1"]);
    const base = await abandon(own, { subject, directory: own, options: { mode: "sync" } });
    expect(marked(base)).toBeGreaterThan(0);
    const options = { childFile: CHILD, concurrency: 1, clock: systemClock, temporaryFolder: own };
    const next = await startSupervisor(options);
    expect(marked(base)).toBe(0);
    await next.close();
  });

  it("but what is not a dead supervisor's own stays", async () => {
    own = mkdtempSync(join(tmpdir(), "supervisor-test-"));
    const alive = processIdentity(process.pid)?.startTime ?? "";
    const space = processNamespace();
    const kept = [
      `ackproof-${space}-${process.pid}-${alive}-abcdef`,
      `ackproof-1-${process.pid}-1-abcdef`,
      `ackproof-${space}-${process.pid}-1-abcdef.old`,
      "ackproof-report",
    ];
    const stale = `ackproof-${space}-${process.pid}-1-abcdef`;
    for (const name of [...kept, stale]) mkdirSync(join(own, name));
    const options = { childFile: CHILD, concurrency: 1, clock: systemClock, temporaryFolder: own };
    await (await startSupervisor(options)).close();
    expect(readdirSync(own).sort()).toEqual(kept.sort());
  });
});

/** Kills a supervisor with a child at work; returns the name of the directory that it leaves. */
async function abandon(own: string, store: StoreLocation): Promise<string> {
  const job = {
    kind: "write",
    store,
    workloadSeed: 1,
    firstOperation: 0,
    operations: APPENDS,
    stop: { kind: "end" },
  };
  const owner = spawn(process.execPath, [ABANDONING, CHILD, own, JSON.stringify(job)]);
  const said = await new Promise<Buffer>((resolve) => owner.stdout.once("data", resolve));
  const exited = new Promise((resolve) => owner.once("exit", resolve));
  // Of a command it has no number to tell.
  const pid = said.toString().trim();
  if (pid !== "undefined") expect(processIdentity(Number(pid))).toBeDefined();
  owner.kill("SIGKILL");
  await exited;
  const left = readdirSync(own).filter((name) => name.startsWith("ackproof-"));
  expect(left).toHaveLength(1);
  return left[0] ?? "";
}

function marked(base: string): number {
  return processesWithEnvironment("ACKPROOF_SUPERVISOR", base).length;
}

function storeIn(directory: string): {
  readonly subject: { readonly module: string; readonly export: string };
  readonly directory: string;
  readonly options: { readonly mode: string };
} {
  return { subject: { module: STORE, export: "fileStore" }, directory, options: { mode: "sync" } };
}
