// `ackproof run`, as its users run it: a right store, a wrong one and its replay, and what cannot be run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { splitWords } from "../../harness/command-line/split-words.ts";
import { shellWord } from "../../harness/shell-word.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const STORE = fileURLToPath(
  new URL("../../harness/supervisor/fixtures/command-store.sh", import.meta.url),
);

let place: DirectoryResult;

beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
});
afterEach(() => place.cleanup());

async function ackproof(
  ...words: readonly string[]
): Promise<{ readonly code: number | undefined; readonly out: string; readonly err: string }> {
  const options = { cwd: place.path, reject: false, timeout: 60_000 } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, ...words], options);
  return { code: exitCode, out: stdout, err: stderr };
}

function store(behaviour: string): readonly string[] {
  const command = (role: string): string => `/bin/sh ${shellWord(STORE)} ${role} ${behaviour}`;
  return ["--write", command("write"), "--recover", command("recover")];
}

describe("ackproof run", () => {
  test("holds a right store to a promise, and names the fault that it did not run", async () => {
    const flags = ["--promise", "kill=0,power=since-barrier", "--trials", "3", "--seed", "1"];
    const { code, out } = await ackproof("run", ...store("none"), ...flags, "--fault", "kill");
    expect(out).toContain("verdict: held");
    expect(code).toBe(0);
    expect(out).toContain(`--promise kill=0,power=since-barrier --seed 1 --trials 3`);
  });

  test("convicts one that forgets, and replays what it left by the command that it prints", async () => {
    const run = ["run", ...store("loses"), "--trials", "1", "--seed", "2", "--fault", "kill"];
    const { code, out } = await ackproof(...run);
    expect(code).toBe(1);
    const [, replay = ""] = /replay: npx ackproof (.*)/.exec(out) ?? [];
    const words = splitWords("line", replay);
    expect(words[0]).toBe("replay");
    const again = await ackproof(...words);
    expect(again.out).toContain("It breaks again.");
    expect(again.code).toBe(1);
    const unnamed = await ackproof(...words.slice(0, 2));
    expect(unnamed.code).toBe(2);
  });

  test("refuses a program that is not there, and says which", async () => {
    const { code, err } = await ackproof("run", "--write", "./gone", "--recover", "true");
    expect(code).toBe(2);
    expect(err).toContain(join(place.path, "gone"));
    expect(existsSync(join(place.path, "ackproof-report", "violations"))).toBe(false);
  });
});
