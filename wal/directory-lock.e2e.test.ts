// The directory's lock between real processes, and what SIGKILL does to it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { dir } from "tmp-promise";
import { describe, expect, test } from "vitest";

const HOLDER = fileURLToPath(new URL("fixtures/lock-holder.mjs", import.meta.url));

interface Holder {
  /** `taken`, or the code of the error. */
  readonly answer: string;
  /** Kills it and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a process that takes the directory in the named way, and waits for its answer. */
async function hold(way: Way, directory: string): Promise<Holder> {
  const module = new URL(`../dist/wal/${way.module}`, import.meta.url).href;
  const child = start([process.execPath, HOLDER, module, way.name, directory]);
  return await listen(child);
}

/** As `hold`, by a process that has no descriptor left. */
async function holdCrowded(way: Way, directory: string): Promise<Holder> {
  const module = new URL(`../dist/wal/${way.module}`, import.meta.url).href;
  const limited = ["/bin/sh", "-c", 'ulimit -n 64; exec "$0" "$@"'];
  const words = [process.execPath, HOLDER, module, way.name, directory, "crowded"];
  return await listen(start([...limited, ...words]));
}

function start([program = "", ...words]: readonly string[]): ChildProcess {
  const env = { PATH: process.env["PATH"] };
  return spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], env });
}

async function listen(child: ChildProcess): Promise<Holder> {
  const ended = once(child, "exit");
  const lines = child.stdout === null ? [] : createInterface({ input: child.stdout });
  let answer = "nothing";
  for await (const line of lines) {
    answer = line;
    break;
  }
  return {
    answer,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

interface Way {
  readonly module: string;
  readonly name: string;
  /** The code of a refusal. */
  readonly refusal: string;
}

const ways: readonly Way[] = [
  { module: "index.js", name: "openWal", refusal: "locked" },
  { module: "directory-lock.js", name: "lockDirectory", refusal: "ELOCKED" },
  { module: "lock-file.js", name: "lockByFile", refusal: "ELOCKED" },
];

describe.each(ways)("$name", (way) => {
  test("another process is refused while the owner lives, and free at once after SIGKILL", async () => {
    const { path, cleanup } = await dir({ unsafeCleanup: true });
    symlinkSync(path, join(path, "self"));
    const owner = await hold(way, path);
    expect(owner.answer).toBe("taken");
    const second = await hold(way, join(path, "self"));
    expect(second.answer).toBe(way.refusal);
    await second.kill();
    await owner.kill();
    const next = await hold(way, path);
    expect(next.answer).toBe("taken");
    await next.kill();
    await cleanup();
  });

  test("of several at once, at most one has it", async () => {
    const { path, cleanup } = await dir({ unsafeCleanup: true });
    const dead = await hold(way, path);
    await dead.kill();
    const takers = await Promise.all([1, 2, 3, 4].map(async () => await hold(way, path)));
    const answers = takers.map((taker) => taker.answer);
    expect(answers.filter((answer) => answer === "taken").length).toBeLessThanOrEqual(1);
    expect(answers.every((answer) => answer === "taken" || answer === way.refusal)).toBe(true);
    await Promise.all(takers.map(async (taker) => await taker.kill()));
    await cleanup();
  });
});

test("a lock that cannot be taken for want of descriptors is not called taken by another", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  const way = { module: "directory-lock.js", name: "lockDirectory", refusal: "ELOCKED" };
  const crowded = await holdCrowded(way, path);
  expect(crowded.answer).toBe("EMFILE");
  await crowded.kill();
  await cleanup();
});
