// `ackproof run` on stores that do what they may not: a clear error, and nothing is left behind.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missingFor } from "../../harness/recorder/fixtures/missing-program.ts";
import { shellWord } from "../../harness/shell-word.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const STORE = fileURLToPath(
  new URL("../../harness/supervisor/fixtures/command-store.sh", import.meta.url),
);
const USAGE = 2;
const VIOLATED = 1;

let place: DirectoryResult;
/** Where all trials lie. */
let trials = "";

beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
  trials = join(place.path, "trials");
  mkdirSync(trials);
});
afterEach(() => place.cleanup());

function command(role: string, behaviour: string): string {
  return `/bin/sh ${shellWord(STORE)} ${role} ${behaviour}`;
}

async function run(
  { write, recover = write }: { readonly write: string; readonly recover?: string },
  fault: "kill" | "power",
): Promise<{ readonly code: number | undefined; readonly out: string; readonly err: string }> {
  const store = ["--write", command("write", write), "--recover", command("recover", recover)];
  const words = ["run", ...store, "--trials", "2", "--seed", "1", "--fault", fault];
  const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, ...words], {
    cwd: place.path,
    env: { TMPDIR: trials },
    reject: false,
    timeout: 60_000,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

async function expectTold(fault: "kill" | "power"): Promise<void> {
  const outside = shellWord(join(place.path, "outside"));
  const { code, err } = await run({ write: `writes-to ${outside}` }, fault);
  expect(err).toContain("where ACKPROOF_DIR is empty: the store keeps them elsewhere");
  expect(code).toBe(USAGE);
  expect(readdirSync(trials)).toEqual([]);
}

/** A program of the system, run to its end. */
function system(program: string, words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, words, { encoding: "utf8" });
}

describe("a store that keeps its values outside of its directory", () => {
  test("is told, and not judged, when it is killed", () => expectTold("kill"));

  test("is told, and not judged, under a power cut", async ({ skip }) => {
    const missing = await missingFor();
    skip(missing !== undefined, missing);
    await expectTold("power");
  });
});

describe("a store that fills the folder of all trials", () => {
  let mounted = false;

  beforeEach(({ skip }) => {
    const options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", trials];
    const { status, error, stderr } = system("mount", options);
    const reason = `no small tmpfs can be mounted here (${error?.message ?? stderr.trim()})`;
    if (status !== 0 && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(reason);
    skip(status !== 0, reason);
    mounted = true;
  });
  afterEach(() => {
    if (mounted) expect(system("umount", [trials]).status).toBe(0);
  });

  test("is refused with the folder's name", async () => {
    const { code, err } = await run({ write: "fills 0", recover: "none" }, "kill");
    expect(err).toContain(`no space is left in ${trials}/`);
    expect(err).not.toContain("an error of its own");
    expect(code).toBe(USAGE);
    expect(readdirSync(trials)).toEqual([]);
  });
});

test("a replay of a program's power cut that breaks again ends with 1", async ({ skip }) => {
  const missing = await missingFor();
  skip(missing !== undefined, missing);
  const { code, out } = await run({ write: "none" }, "power");
  expect(code).toBe(VIOLATED);
  const [, artifact = ""] = /replay: npx ackproof replay (\S+)/.exec(out) ?? [];
  const words = ["--write", command("write", "none"), "--recover", command("recover", "none")];
  const options = { cwd: place.path, reject: false, timeout: 60_000 } as const;
  const replay = [CLI, "replay", artifact, ...words];
  const { exitCode, stdout } = await execa(process.execPath, replay, options);
  expect(stdout).toContain("It breaks again.");
  expect(exitCode).toBe(VIOLATED);
});
