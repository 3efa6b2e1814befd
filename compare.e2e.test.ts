// `ackproof compare` on what real campaigns left: noise is no change, a planted bug and a larger allowance are.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Comparison } from "./reports/compare/comparison.ts";

const DIST = fileURLToPath(new URL("dist/", import.meta.url));
const LIMIT_MS = 120_000;
const SOUND_LOG = join(DIST, "scenarios", "subjects", "wal-subject.js");
const PLANTED_LOG = join(DIST, "planted", "ack-before-write.cjs");

let folder: DirectoryResult;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
});
afterEach(() => folder.cleanup());

interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

async function ackproof(words: string): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(
    "node",
    [join(DIST, "cli.js"), ...words.split(" ")],
    {
      cwd: folder.path,
      reject: false,
      timeout: LIMIT_MS,
    },
  );
  return { code: exitCode, out: stdout, err: stderr };
}

/** What the gate comes to with this configuration, saved in `out`. */
async function gate(
  out: string,
  scenarios: readonly object[],
  words = "--trials 15",
): Promise<void> {
  const script = `export default { scenarios: ${JSON.stringify(scenarios)} };\n`;
  writeFileSync(join(folder.path, "ackproof.config.mjs"), script);
  await ackproof(`gate ${words} --out ${out} --quiet`);
}

async function compare(words: string): Promise<Comparison> {
  const { out } = await ackproof(`compare ${words} --json`);
  return JSON.parse(out);
}

function edit(out: string, change: (result: Record<string, unknown>) => object): void {
  const file = join(folder.path, out, "result.json");
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
}

const log = (module: string, more: object = {}): object => ({
  name: "log/sync",
  subject: { module, export: "walSubject" },
  mode: "sync",
  workload: { operations: 20 },
  ...more,
});

describe("noise", () => {
  it("between runs of the same log is called no change, in three pairs", async () => {
    const words = "gate wal/sync wal/batch --fault kill --fault power --trials 15 --quiet";
    for (const run of [0, 1, 2, 3]) await ackproof(`${words} --seed ${run} --out run-${run}`);
    for (const run of [0, 1, 2]) {
      const { outcome, rows, tests } = await compare(`run-${run} run-${run + 1}`);
      const said = rows.flatMap(({ name, fault, differences }) =>
        differences
          // Few trials leave places that no crash met; that says nothing of the log.
          .filter(({ aspect, weight }) => aspect !== "verdict" && weight !== "same")
          .map(({ aspect, text }) => `${name} ${fault} ${aspect}: ${text}`),
      );
      expect(said).toEqual([]);
      expect(outcome).not.toBe("weaker");
      expect(rows).toHaveLength(4);
      // The losses of both kills.
      expect(tests).toBeGreaterThanOrEqual(2);
    }
  });
});

describe("HEAD is weaker", () => {
  it("where a bug was planted under the same scenario's name", async () => {
    await gate("base", [log(SOUND_LOG)]);
    await gate("head", [log(PLANTED_LOG)]);
    const { code, out } = await ackproof("compare base head");
    expect(out).toMatch(/^log\/sync +kill +held -> violated .* weaker$/m);
    expect(out).toContain("HEAD is weaker than BASE");
    expect(code).toBe(1);
    expect((await ackproof("compare head base")).code).toBe(0);
  });

  it("where it may lose what it might not, or more than it might", async () => {
    for (const records of [0, 2, 5]) {
      await gate(`kill-${records}`, [log(SOUND_LOG, { promise: { kill: { records } } })]);
    }
    expect(await compare("kill-0 kill-2")).toMatchObject({
      outcome: "weaker",
      rows: [
        {
          // Losses are compared, too, where the kills were enough.
          differences: expect.arrayContaining([
            expect.objectContaining({ aspect: "verdict", weight: "same" }),
            expect.objectContaining({ aspect: "allowance", weight: "weaker" }),
          ]),
        },
      ],
    });
    expect((await compare("kill-2 kill-0")).outcome).toBe("held");
    expect((await compare("kill-2 kill-5")).outcome).toBe("weaker");
  });

  it("where a row that held is gone, and not where a campaign did not reach it", async () => {
    const other = log(SOUND_LOG, { name: "log/other" });
    await gate("base", [log(SOUND_LOG), other]);
    await gate("head", [log(SOUND_LOG)]);
    const { code, out } = await ackproof("compare base head --quiet");
    expect(out).toContain("held in BASE, and HEAD does not run it: weaker");
    expect(out).not.toContain("log/sync");
    expect(code).toBe(1);
    edit("head", (result) => ({ ...result, complete: false }));
    expect((await ackproof("compare base head")).code).toBe(3);
  });
});

/** What a comparison that cannot be made tells. */
async function told(words: string): Promise<string> {
  const { code, err } = await ackproof(`compare ${words}`);
  expect(code).toBe(2);
  return err;
}

describe("exit code 2", () => {
  it("for what is no result, with what was expected", async () => {
    await gate("base", [log(SOUND_LOG)], "--trials 3");
    expect(await told("base")).toContain("Usage: ackproof compare BASE HEAD");
    expect(await told("base gone")).toContain("gone cannot be read");
    mkdirSync(join(folder.path, "empty"));
    expect(await told("base empty")).toContain("empty holds no result.json");
    edit("base", (result) => ({ ...result, schemaVersion: 9 }));
    expect(await told("base base")).toContain("has schemaVersion 9");
    const file = join(folder.path, "base", "result.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
    expect(await told("base base")).toContain("is not JSON");
    writeFileSync(file, '{"schemaVersion":1}');
    expect(await told("base base")).toContain("ackproof: Invalid input");
    rmSync(file);
    expect(await told("base base")).toContain("holds no result.json");
  });
});
