// The counts of bench/group-commit.mjs, of a short run; how fast it was is nobody's affair here.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { readInstallation } from "../harness/installation.ts";

const { root } = readInstallation();
const LIMIT_MS = 120_000;

interface Run {
  readonly all: string;
  readonly exitCode: number | undefined;
  readonly page: string;
  /** Lines of the chart's data: column -> text. */
  readonly cells: readonly Readonly<Record<string, string>>[];
}

/** In the checkout, for a temporary folder may be in memory, where the script refuses to measure. */
async function runBench(args: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(root, "node_modules", ".group-commit-"));
  try {
    const script = join(root, "bench", "group-commit.mjs");
    const places = ["--page", "--into", folder, "--directory", folder];
    const { all, exitCode } = await execa(process.execPath, [script, ...places, ...args], {
      all: true,
      reject: false,
      timeout: LIMIT_MS,
    });
    expect(exitCode, all).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["group-commit.csv", "group-commit.md"]);
    const page = readFileSync(join(folder, "group-commit.md"), "utf8");
    return { all, exitCode, page, cells: cellsIn(join(folder, "group-commit.csv")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cellsIn(path: string): Run["cells"] {
  const [names = [], ...rows] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/,(?! )/));
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
}

/** A number of the cell of this setting and so many callers. */
function valueOf(
  { cells }: Run,
  column: string,
  [setting, callers]: readonly [string, number],
): number {
  const cell = cells.find(
    (each) => each["setting"] === `"${setting}"` && each["callers"] === String(callers),
  );
  return Number(cell?.[column]);
}

const LOG = ["--no-postgresql", "--seconds", "0.1", "--rounds", "2", "--callers"];

describe("our log", () => {
  test("sync makes an fsync a commit, batch one for 100, group one for all callers", async () => {
    const run = await runBench([...LOG, "1,64"]);
    const perCommit = (...cell: [string, number]): number =>
      valueOf(run, "fsyncs_per_commit", cell);
    const early = (...cell: [string, number]): number =>
      valueOf(run, "acknowledged_before_its_sync", cell);
    for (const callers of [1, 64]) {
      expect(perCommit("sync", callers)).toBe(1);
      expect(early("sync", callers)).toBe(0);
      expect(perCommit("batch", callers)).toBeLessThan(1 / 98);
      expect(early("batch", callers)).toBeGreaterThan(0.98);
    }
    const groups = ["group", "group, commitDelayMicros 200", "group, syncDelayMicros 200"];
    for (const setting of groups) {
      expect(perCommit(setting, 1)).toBe(1);
      expect(perCommit(setting, 64)).toBeLessThan(1 / 24);
      expect([early(setting, 1), early(setting, 64)]).toEqual([0, 0]);
    }
    expect(run.all).toContain("fdatasync took");
    expect(run.page).toContain("PostgreSQL was left out: asked for by --no-postgresql.");
    expect(run.page).toMatch(
      /At most 1\/24 fsync a commit: met, 1\/6\d|The targets were skipped: a sync costs \d+ us here/,
    );
  });

  test("without 64 callers the targets are not looked at", async () => {
    const { page } = await runBench([...LOG, "2"]);
    expect(page).toContain("The targets were not looked at: they are of 64 callers.");
  });
});

test("PostgreSQL's commits and fsyncs are counted beside it", async ({ skip }) => {
  const run = await runBench(["--seconds", "0.1", "--rounds", "1", "--callers", "1,16"]);
  const reason = /PostgreSQL was left out: (.*)/.exec(run.all)?.[1];
  if (reason !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(reason);
  skip(reason !== undefined, reason);
  for (const delay of [0, 200, 1000]) {
    const setting = `PostgreSQL, commit_delay ${delay}`;
    // The writer of its log may sync what a client is about to.
    expect(valueOf(run, "fsyncs_per_commit", [setting, 1])).toBeGreaterThan(0.5);
    expect(valueOf(run, "fsyncs_per_commit", [setting, 16])).toBeLessThan(1);
    expect(valueOf(run, "commits", [setting, 16])).toBeGreaterThan(0);
    expect(valueOf(run, "latency_p50_us", [setting, 16])).toBeGreaterThan(0);
  }
});

test.runIf(process.platform === "linux")("refuses a directory in memory", async () => {
  const script = join(root, "bench", "group-commit.mjs");
  const { stderr, exitCode } = await execa(process.execPath, [script, "--directory", "/dev/shm"], {
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("/dev/shm is in memory (tmpfs)");
});
