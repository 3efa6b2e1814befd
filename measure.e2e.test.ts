// `ackproof measure` as its users run it: exit codes, files, what it refuses, and an interruption.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readInstallation } from "./harness/installation.ts";
import type { CampaignResult } from "./harness/result.ts";

const { root } = readInstallation();
const CLI = join(root, "dist", "cli.js");
const LIMIT_MS = 120_000;

/** It does its own file calls, and keeps an array of what it read. */
const STORE = `
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
const path = (directory) => join(directory, "values");
const parse = (text) => text.split("\\n").slice(0, -1).map((line) => ({ payload: Buffer.from(line, "base64") }));
export default {
  open(directory) {
    const file = openSync(path(directory), "a");
    return {
      append(payload) {
        writeSync(file, Buffer.from(payload).toString("base64") + "\\n");
        fsyncSync(file);
      },
      close: () => closeSync(file),
    };
  },
  recover: (directory) =>
    existsSync(path(directory)) ? parse(readFileSync(path(directory), "utf8")) : [],
};
`;
const MODULE = { name: "mine", subject: { module: "./store.mjs" }, mode: "sync" };
const JOURNAL = join(root, "scenarios", "subjects", "journal.py");
const PROGRAM = {
  name: "journal",
  subject: {
    command: { write: ["python3", JOURNAL, "write"], recover: ["python3", JOURNAL, "recover"] },
  },
  mode: "sync",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "node_modules", ".measure-cli-"));
  mkdirSync(join(folder, "disk"));
  writeFileSync(join(folder, "store.mjs"), STORE);
  const content = JSON.stringify({ scenarios: [MODULE, PROGRAM] });
  const script = `import { defineConfig } from "ackproof";\nexport default defineConfig(${content});\n`;
  writeFileSync(join(folder, "ackproof.config.ts"), script);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function measure(
  words: string,
): Promise<{ code: number | undefined; out: string; err: string }> {
  const args = [CLI, "measure", ...words.split(" ").filter((word) => word !== "")];
  const { exitCode, stdout, stderr } = await execa("node", args, {
    cwd: folder,
    reject: false,
    timeout: LIMIT_MS,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

function saved(): CampaignResult {
  return JSON.parse(readFileSync(join(folder, "ackproof-report", "result.json"), "utf8"));
}

describe("ackproof measure", () => {
  it("measures a module and a program of the user's, and says what does not apply", async () => {
    const { code, out, err } = await measure("--time 1s --seed 3 --directory disk");
    expect(code, err).toBe(0);
    expect(out).toContain("The spectrum of the modes");
    expect(out).toContain("repeat:  npx ackproof measure --seed 3 --time 1 --directory disk");
    const result = saved();
    const schema: object = JSON.parse(
      readFileSync(join(root, "schema", "result.schema.json"), "utf8"),
    );
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    validate(result);
    expect(validate.errors).toBeNull();
    expect(result).toMatchObject({ complete: true, verdict: "measured", seed: 3, notRun: [] });
    const settings = result.measurement?.settings ?? [];
    expect(settings.map(({ id }) => id)).toEqual(
      ["mine", "journal"].flatMap((name) =>
        ["64 B", "1 KiB", "16 KiB"].map((size) => `${name} ${size}`),
      ),
    );
    for (const setting of settings) {
      expect(setting).toMatchObject({ risk: null, batchIsBarrier: null, speed: { syncs: null } });
      expect(setting.speed.append.count).toBeGreaterThan(0);
      expect(setting.notApplicable.length).toBe(2);
      for (const { counts } of setting.sampled) expect(counts.at(-1)?.records).toBe(0);
    }
    expect(readdirSync(join(folder, "ackproof-report", "measurement")).sort()).toEqual([
      "kills.csv",
      "latency.csv",
      "risk.csv",
      "samples.csv",
      "settings.csv",
    ]);
    const rows = readFileSync(
      join(folder, "ackproof-report", "measurement", "settings.csv"),
      "utf8",
    );
    expect(rows.trimEnd().split("\n")).toHaveLength(7);
    expect(readdirSync(join(folder, "disk"))).toEqual([]);
  });

  it("saves what there is when it is interrupted, exits with 130 and leaves nothing behind", async () => {
    const child = spawn("node", [CLI, "measure", "wal", "--time", "60s", "--directory", "disk"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    child.stdout.resume();
    child.stderr.on("data", (chunk: Buffer) => {
      if (told === "") child.kill("SIGINT");
      told += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(130);
    const result = saved();
    expect(result).toMatchObject({ complete: false, interrupted: true, verdict: "measured" });
    expect(result.measurement?.settings.length).toBeGreaterThan(0);
    expect(readdirSync(join(folder, "disk"))).toEqual([]);
  });

  it.runIf(process.platform === "linux")("refuses a directory in memory", async () => {
    const { code, err } = await measure("--directory /dev/shm");
    expect(code).toBe(2);
    expect(err).toContain("/dev/shm is in memory (tmpfs), where a sync costs nothing");
    expect(err).toContain("--directory");
    expect(existsSync(join(folder, "ackproof-report"))).toBe(false);
  });

  it.each([
    ["--directory no-such-place", "no-such-place is not there; name one by --directory."],
    ["--directory store.mjs", "store.mjs is no directory; name one by --directory."],
    ["--time soon", '--time: found "soon"'],
    ["--trials 5", 'measure has no option "--trials"'],
    ["wla", 'There is no scenario "wla"'],
    ["--mode none", 'No chosen scenario has the mode "none"'],
  ])("refuses %s", async (words, message) => {
    const { code, err } = await measure(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("tells what failed, and is inconclusive where nothing was measured", async () => {
    writeFileSync(
      join(folder, "store.mjs"),
      STORE.replace("fsyncSync(file);", "throw new Error('full');"),
    );
    const { code, out } = await measure("mine --time 1s --directory disk");
    expect(code).toBe(3);
    expect(out).toContain("not run: measure mine 64 B: full");
  });
});
