// A kill strikes a server and its client at once: nothing is left running, and what was acknowledged is found.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serverProblem } from "./server.mjs";

const COMMAND = fileURLToPath(new URL("command.mjs", import.meta.url));
/** As the harness holds a command. */
const [UNSHARE, ...NAMESPACE] = "unshare --pid --fork --kill-child --mount-proc --".split(" ");
const LEFT_LIMIT_MS = 5_000;
const LEFT_AGAIN_MS = 10;

/** Processes with this word in their command line; those of a namespace are seen from here too. */
function processesWith(word) {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

const sharedMemory = () => readFileSync("/proc/sysvipc/shm", "latin1").trim().split("\n").length;

/** Starts the writer, has one value stored, and gives what is to be killed. */
async function startWriter(adapter, env) {
  const words = [...NAMESPACE, process.execPath, COMMAND, adapter, "write"];
  const writer = spawn(UNSHARE, words, { env, stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: writer.stdout });
  writer.stdin.write("0 append 0.0:first\n");
  const [answer] = await once(answers, "line");
  assert.equal(answer, "ack 0");
  return writer;
}

for (const { adapter, server, options } of [
  { adapter: "redis", server: "redis-server", options: { appendfsync: "always" } },
  { adapter: "postgresql", server: "postgres", options: { settings: {} } },
]) {
  const noRoot = process.getuid?.() === 0 ? undefined : "only root opens a pid namespace like this";
  test(`${server}: killed with its client`, { skip: serverProblem(server) ?? noRoot }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "store-server-"));
    const given = { ACKPROOF_DIR: directory, ACKPROOF_OPTIONS: JSON.stringify(options) };
    const env = { PATH: process.env["PATH"], ...given };
    try {
      const segments = sharedMemory();
      const writer = await startWriter(adapter, env);
      assert.ok(processesWith(server).length > 0, "the server runs");
      writer.kill("SIGKILL");
      await once(writer, "exit");
      const deadline = performance.now() + LEFT_LIMIT_MS;
      while (processesWith(directory).length > 0 && performance.now() < deadline) {
        await setTimeout(LEFT_AGAIN_MS);
      }
      assert.deepEqual(processesWith(directory), []);
      assert.equal(sharedMemory(), segments);
      const words = [COMMAND, adapter, "recover"];
      const { status, stdout } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
      assert.deepEqual([status, stdout], [0, "0.0:first\n"]);
      assert.deepEqual(processesWith(directory), []);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}
