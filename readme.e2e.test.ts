// The README's examples, run as they stand there.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { splitWords } from "./harness/command-line/split-words.ts";
import { missingFor } from "./scenarios/subjects/fixtures/reference-subjects.ts";

const checkout = fileURLToPath(new URL(".", import.meta.url));
const readme = readFileSync(join(checkout, "README.md"), "utf8");

/** The one JavaScript block of the README that contains this text. */
function exampleWith(text: string): string {
  const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? "");
  const found = blocks.filter((block) => block.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

/** Runs `work` in an empty project in which the package is installed. */
async function inProject(work: (project: string) => Promise<void>): Promise<void> {
  const project = await dir({ unsafeCleanup: true });
  try {
    mkdirSync(join(project.path, "node_modules"));
    symlinkSync(checkout, join(project.path, "node_modules", "ackproof"));
    await work(project.path);
  } finally {
    await project.cleanup();
  }
}

async function gate(project: string): Promise<{ exitCode?: number; stdout: string }> {
  const words = [join(checkout, "dist", "cli.js"), "gate", "--trials", "40", "--seed", "1"];
  return await execa(process.execPath, words, { cwd: project, reject: false });
}

test("the subject in 20 lines holds, and is convicted when it answers before it writes", async () => {
  const subject = exampleWith("fsyncSync(file);");
  const hasty = subject.replace(
    /writeSync\(file, (.*)\);/,
    "setImmediate(() => writeSync(file, $1));",
  );
  expect(hasty).not.toBe(subject);
  await inProject(async (project) => {
    writeFileSync(join(project, "ackproof.config.mjs"), exampleWith("defineConfig({"));
    writeFileSync(join(project, "journal.mjs"), subject);
    expect(await gate(project)).toMatchObject({ exitCode: 0 });
    writeFileSync(join(project, "journal.mjs"), hasty);
    const convicted = await gate(project);
    expect(convicted).toMatchObject({ exitCode: 1 });
    expect(convicted.stdout).toContain("npx ackproof replay ");
  });
});

test("the commands for a store in any language do what the README says", async (context) => {
  const missing = missingFor("python");
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
  context.skip(missing !== undefined, missing);
  const [, block = ""] = readme.slice(readme.indexOf("## Test your own store")).split("```\n");
  const lines = block.replaceAll("\\\n", " ").trim().split("\n");
  const [init = [], run = []] = lines.map((line) => {
    const [command = ""] = line.split(" # ");
    return splitWords("line", command).slice(2);
  });
  expect([init[0], run[0]]).toEqual(["init", "run"]);
  await inProject(async (project) => {
    const ackproof = (words: readonly string[]): Promise<{ exitCode?: number }> =>
      execa(process.execPath, [join(checkout, "dist", "cli.js"), ...words], {
        cwd: project,
        reject: false,
      });
    expect(await ackproof(init)).toMatchObject({ exitCode: 0 });
    const few = ["--trials", "2", "--fault", "kill"];
    expect(await ackproof([...run, ...few])).toMatchObject({ exitCode: 0 });
    const mistaken = [...run, ...few, "--mode", "no-flush"];
    expect(await ackproof(mistaken)).toMatchObject({ exitCode: 1 });
  });
});

test("the log's example writes and reads back", async () => {
  await inProject(async (project) => {
    writeFileSync(join(project, "log.mjs"), exampleWith('openWal("data"'));
    const { stdout } = await execa(process.execPath, ["log.mjs"], { cwd: project });
    expect(stdout.split("\n")).toHaveLength(3);
  });
});

test("the example of group commit gives each caller its own LSN", async () => {
  await inProject(async (project) => {
    writeFileSync(join(project, "group.mjs"), exampleWith('openWal("shared"'));
    const { stdout } = await execa(process.execPath, ["group.mjs"], { cwd: project });
    expect(new Set(stdout.match(/\d+/g))).toHaveProperty("size", 3);
  });
});
