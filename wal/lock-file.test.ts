// The lock for systems without abstract sockets, on any system that has `ps`.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { lockByFile } from "./lock-file.ts";

const locked = expect.objectContaining({ code: "ELOCKED" });

/** The lock file that process `pid` would put down. */
function lockNameOf(pid: number): string {
  const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
  const options = { encoding: "utf8", env } as const;
  const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim();
  return `LOCK.${pid}.${started.replaceAll(/\W+/g, "-")}`;
}

/** Runs `work` while a process lives that does nothing. */
async function besideProcess(work: (child: ChildProcess, pid: number) => void): Promise<void> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  const ended = once(child, "exit");
  try {
    work(child, child.pid ?? 0);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

test("one owner at a time, whose file goes when it is given back", () => {
  inTempDirectory((directory) => {
    for (let round = 0; round < 3; round += 1) {
      const release = lockByFile(directory);
      expect(readdirSync(directory)).toEqual([lockNameOf(process.pid)]);
      expect(() => lockByFile(directory)).toThrow(locked);
      release();
      expect(readdirSync(directory)).toEqual([]);
    }
  });
});

test("a live owner in another process is respected, and its file stays", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await besideProcess((_, pid) => {
    const theirs = lockNameOf(pid);
    writeFileSync(join(path, theirs), "");
    expect(() => lockByFile(path)).toThrow(locked);
    expect(readdirSync(path)).toEqual([theirs]);
  });
  // It is dead now: its file is in nobody's way.
  lockByFile(path)();
  expect(readdirSync(path)).toEqual([]);
  await cleanup();
});

test("a pid that was given again is not the owner", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await besideProcess((_, pid) => {
    writeFileSync(join(path, `LOCK.${pid}.Mon-Jan-1-00-00-00-2001`), "");
    lockByFile(path)();
    expect(readdirSync(path)).toEqual([]);
  });
  await cleanup();
});

test.each(["LOCK.", "LOCK.x.y", "LOCK.0.y", "LOCK.-1.y", "LOCK.99999999.y"])(
  "%s names no process",
  (name) => {
    inTempDirectory((directory) => {
      writeFileSync(join(directory, name), "");
      lockByFile(directory)();
      expect(readdirSync(directory)).toEqual([]);
    });
  },
);

test("a directory that is not there is the disk's own error", () => {
  expect(() => lockByFile("/nowhere/at/all")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});

test("without ps nothing is taken, for nothing could be told", () => {
  inTempDirectory((directory) => {
    const { PATH } = process.env;
    process.env["PATH"] = directory;
    try {
      expect(() => lockByFile(directory)).toThrow(expect.objectContaining({ code: "ENOENT" }));
    } finally {
      process.env["PATH"] = PATH;
    }
    expect(readdirSync(directory)).toEqual([]);
  });
});
