// Redis and PostgreSQL as the system's packages bring them: their adapters' contract, and a short campaign of kills.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { readInstallation } from "../../harness/installation.ts";

const { root } = readInstallation();
const FOLDER = join(root, "scenarios", "stores");
const STORES = ["redis/always", "postgresql/on"];
const TRIALS = 4;
const LIMIT_MS = 120_000;

/** Modules that are not compiled. */
async function load<Module>(name: string): Promise<Module> {
  const module: Module = await import(pathToFileURL(join(FOLDER, name)).href);
  return module;
}

/** Why they can not be tested here; with ACKPROOF_NO_SKIPS=1, an error. */
async function missing(): Promise<string | undefined> {
  const reason = existsSync(join(FOLDER, "node_modules", "pg"))
    ? await serversProblem()
    : "the stores are not installed: npm ci --prefix scenarios/stores";
  if (reason !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(reason);
  return reason;
}

async function serversProblem(): Promise<string | undefined> {
  const server: { serverProblem(program: string): string | undefined } = await load("server.mjs");
  return server.serverProblem("redis-server") ?? server.serverProblem("postgres");
}

let reason: string | undefined;
beforeAll(async () => {
  reason = await missing();
  if (reason !== undefined) return;
  const cluster: { prepareCluster(): Promise<void> } = await load("postgresql-cluster.mjs");
  await cluster.prepareCluster();
}, LIMIT_MS);

test(
  "their adapters give back what was written, and a kill strikes a server with its client",
  async ({ skip }) => {
    skip(reason !== undefined, reason);
    const { all, exitCode } = await execa(
      process.execPath,
      [
        "--test",
        "--test-name-pattern=^(redis/always|postgresql/on|redis-server|postgres):",
        "adapters.test.mjs",
        "servers.test.mjs",
      ],
      { cwd: FOLDER, all: true, reject: false, timeout: LIMIT_MS },
    );
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/# pass 4\b/);
  },
  LIMIT_MS,
);

test(
  "killed, they lose nothing that they acknowledged",
  async ({ skip }) => {
    skip(reason !== undefined, reason);
    const out = join(mkdtempSync(join(tmpdir(), "servers-")), "report");
    try {
      const budget = ["--fault", "kill", "--trials", String(TRIALS), "--seed", "1", "--out", out];
      const { all } = await execa(
        process.execPath,
        [join(root, "dist", "cli.js"), "gate", ...STORES, ...budget],
        { cwd: FOLDER, all: true, reject: false, timeout: LIMIT_MS },
      );
      expect(all).toContain("postgresql/on kill: held (4 trials");
      expect(all).toContain("redis/always kill: held (4 trials");
    } finally {
      rmSync(join(out, ".."), { recursive: true });
    }
  },
  LIMIT_MS,
);
