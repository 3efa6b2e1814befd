// SQLite, LevelDB and LMDB as they are installed: their adapters' contract, and a short campaign of kills.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { readInstallation } from "../../harness/installation.ts";

const { root } = readInstallation();
const FOLDER = join(root, "scenarios", "stores");
const STORES = ["sqlite/wal-full", "sqlite/delete-full", "leveldb/sync", "lmdb/put"];
const TRIALS = 12;
const LIMIT_MS = 60_000;

/** Why they can not be tested here; with ACKPROOF_NO_SKIPS=1, an error. */
function missing(): string | undefined {
  if (existsSync(join(FOLDER, "node_modules", "better-sqlite3"))) return undefined;
  const reason = "the stores are not installed: npm ci --prefix scenarios/stores";
  if (process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(reason);
  return reason;
}

test("their adapters give back what was written", async ({ skip }) => {
  const reason = missing();
  skip(reason !== undefined, reason);
  const pattern = "^(sqlite|leveldb|lmdb)/";
  const { all, exitCode } = await execa(
    process.execPath,
    ["--test", `--test-name-pattern=${pattern}`, "adapters.test.mjs"],
    { cwd: FOLDER, all: true, reject: false, timeout: LIMIT_MS },
  );
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/# pass 12\b/);
});

test("killed, they lose nothing that they acknowledged", async ({ skip }) => {
  const reason = missing();
  skip(reason !== undefined, reason);
  const out = join(mkdtempSync(join(tmpdir(), "stores-")), "report");
  try {
    const budget = ["--fault", "kill", "--trials", String(TRIALS), "--seed", "1", "--out", out];
    const { all, exitCode } = await execa(
      process.execPath,
      [join(root, "dist", "cli.js"), "gate", ...STORES, ...budget],
      { cwd: FOLDER, all: true, reject: false, timeout: LIMIT_MS },
    );
    expect(exitCode, all).toBe(0);
    expect(all).toContain("verdict: held");
  } finally {
    rmSync(join(out, ".."), { recursive: true });
  }
});
