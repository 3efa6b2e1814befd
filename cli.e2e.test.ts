// The command line as its users run it: dist/cli.js as a child, by its exit codes and its files.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execa } from "execa";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("dist/cli.js", import.meta.url));
const LIMIT_MS = 60_000;

/** A store in one file, each value behind its length; the marks are where tests put faults in. */
const STORE = `
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

function parse(bytes) {
  const values = [];
  let at = 0;
  while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32LE(at) <= bytes.length) {
    values.push({ payload: bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)) });
    at += 4 + bytes.readUInt32LE(at);
  }
  return { values, end: at };
}

export default {
  open(directory) {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, "values");
    const file = openSync(path, existsSync(path) ? "r+" : "w+");
    let { end } = parse(readFileSync(path));
    return {
      append(payload) {
        const record = Buffer.alloc(4 + payload.length);
        record.writeUInt32LE(payload.length);
        record.set(payload, 4);
        writeSync(file, record, 0, record.length, end);
        end += record.length;
        fsyncSync(file);
      },
      close: () => closeSync(file),
    };
  },
  recover(directory) {
    const path = join(directory, "values");
    const { values } = parse(existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
    /* before the answer */
    return values;
  },
};
`;
const ANSWER_MARK = "/* before the answer */";
const SUBJECT = { module: "./store.mjs" };
const SCENARIO = { name: "mine", subject: SUBJECT, mode: "sync", workload: { operations: 20 } };

interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

let folder: DirectoryResult;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
});
afterEach(() => folder.cleanup());

async function ackproof(words: string, environment: Record<string, string> = {}): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa("node", [CLI, ...words.split(" ")], {
    cwd: folder.path,
    env: { FORCE_COLOR: "", ...environment },
    reject: false,
    timeout: LIMIT_MS,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

function configure(store: string, ...scenarios: readonly object[]): void {
  writeFileSync(join(folder.path, "store.mjs"), store);
  const content = JSON.stringify({ scenarios: scenarios.length > 0 ? scenarios : [SCENARIO] });
  const script = `import { defineConfig } from "ackproof";\nexport default defineConfig(${content});\n`;
  writeFileSync(join(folder.path, "ackproof.config.ts"), script);
}

function report(name: string): string {
  return readFileSync(join(folder.path, "ackproof-report", name), "utf8");
}

describe("exit code 0", () => {
  it("where a configured store held, with a report that fits the schema", async () => {
    configure(STORE);
    const { code, out } = await ackproof("gate --trials 10 --seed 5 --json --quiet");
    expect(code).toBe(0);
    const schema: object = JSON.parse(
      readFileSync(new URL("schema/result.schema.json", import.meta.url), "utf8"),
    );
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(out));
    expect(validate.errors).toBeNull();
    expect(JSON.parse(out)).toEqual(JSON.parse(report("result.json")));
    expect(JSON.parse(out)).toMatchObject({
      complete: true,
      interrupted: false,
      seed: 5,
      verdict: "held",
      command: "npx ackproof gate --seed 5 --trials 10",
      scenarios: [{ name: "mine", trials: 10, twin: { convicted: true }, violations: [] }],
    });
    expect(report("trials.ndjson").trimEnd().split("\n")).toHaveLength(10);
    expect(report("index.html")).toMatch(/^<!doctype html>[\s\S]*class="verdict held"/);
  });

  it("for what only tells", async () => {
    expect(await ackproof("--version")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect((await ackproof("--help")).out).toContain("ackproof replay ARTIFACT");
    expect((await ackproof("replay --help")).out).toContain("ARTIFACT is a folder");
    expect(await ackproof("doctor")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/corrupt:misplace +can run/),
    });
    const list = await ackproof("list");
    expect(list.code).toBe(0);
    expect(list.out).toContain("wal/sync");
    expect(list.out).toContain("planted/no-checksum");
  });

  it("where the same trials are drawn again: same seed, same plans", async () => {
    configure(STORE);
    const plans: string[] = [];
    for (const concurrency of [1, 3]) {
      await ackproof(`gate --trials 6 --seed 11 --concurrency ${concurrency} --quiet`);
      const trials = report("trials.ndjson")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      trials.sort((a, b) => a.trial - b.trial);
      plans.push(
        JSON.stringify(
          trials.map(({ seed, lives }) => [seed, lives.map((life: { plan: string }) => life.plan)]),
        ),
      );
    }
    expect(plans[0]).toBe(plans[1]);
  });
});

describe("exit code 1", () => {
  it("where a planted bug is convicted, and where its replay breaks again", async () => {
    const { code, out } = await ackproof(
      "gate planted/ack-before-write --trials 200 --seed 7 --quiet",
    );
    expect(code).toBe(1);
    const [, replay = ""] = /replay: npx ackproof (replay \S+)/.exec(out) ?? [];
    const again = await ackproof(replay);
    expect(again.code).toBe(1);
    expect(again.out).toContain("It breaks again.\nnothing-lost");
    expect(again.out).toMatch(/append \d+(\.\.\d+)? acknowledged/);
    const result = JSON.parse(report("result.json"));
    // It stops early: five trials, and those that were in flight then.
    expect(result.scenarios[0].violatingTrials).toBeGreaterThanOrEqual(5);
    expect(result.scenarios[0].violatingTrials).toBeLessThan(5 + 64);
    expect(result.scenarios[0].trials).toBeLessThan(200);
  });

  it("until the store is mended: then the same disk holds, and the exit code is 0", async () => {
    configure(STORE.replace(ANSWER_MARK, "values.pop();"));
    expect((await ackproof("gate --trials 10 --seed 3 --quiet")).code).toBe(1);
    const [id = ""] = readdirSync(join(folder.path, "ackproof-report", "violations"));
    const artifact = `ackproof-report/violations/${id}`;
    expect((await ackproof(`replay ${artifact}`)).code).toBe(1);
    writeFileSync(join(folder.path, "store.mjs"), STORE);
    const mended = await ackproof(`replay ${artifact}`);
    expect(mended.out).toContain("It now holds");
    expect(mended.code).toBe(0);
  });

  it("with a hostile store's text harmless in every output", async () => {
    const evil = "throw new Error('\\u001b[2J\\u009b31m\\u202e' + 'x'.repeat(100000));";
    configure(STORE.replace(ANSWER_MARK, evil));
    const { code, out, err } = await ackproof("gate --trials 3 --seed 3");
    expect(code).toBe(1);
    const json = await ackproof("gate --trials 3 --seed 3 --json");
    const files = ["result.json", "trials.ndjson", "junit.xml", "summary.md"].map(report);
    for (const text of [out, err, json.out, ...files]) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
    expect(out.length).toBeLessThan(20_000);
    const [id = ""] = readdirSync(join(folder.path, "ackproof-report", "violations"));
    const told = await ackproof(`replay ackproof-report/violations/${id}`);
    expect(told.code).toBe(1);
    expect(told.out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});

describe("exit code 2", () => {
  it.each([
    ["gate --sed 5", 'Did you mean "--seed"?'],
    ["reply x", 'Did you mean "replay"?'],
    ["gate wal/snyc", 'Did you mean "wal/sync"?'],
    ["gate --mode snyc", 'Did you mean "sync"?'],
    ["gate --fault power-cut", "kill:moment"],
    ["gate --config gone.ts", "there is no such file"],
    ["replay gone", "gone is no artifact"],
    ["gate --concurrency 1000 --trials 1", "from 1 to 64"],
  ])("for %s", async (words, told) => {
    const { code, err } = await ackproof(words);
    expect(err).toContain(told);
    expect(code).toBe(2);
  });

  it("for a directory that is not ours, which stays as it is", async () => {
    mkdirSync(join(folder.path, "ackproof-report"));
    writeFileSync(join(folder.path, "ackproof-report", "thesis.txt"), "years of work");
    const { code, err } = await ackproof("gate wal/sync --trials 1");
    expect(code).toBe(2);
    expect(err).toContain("is not a report of ackproof");
    expect(report("thesis.txt")).toBe("years of work");
  });

  it("for a configuration, a subject or an artifact that is wrong", async () => {
    configure(STORE, { ...SCENARIO, mode: 5 });
    expect(await ackproof("gate")).toMatchObject({
      code: 2,
      err: expect.stringContaining("scenarios.0.mode: found 5"),
    });
    configure("export default 5;");
    expect(await ackproof("gate --trials 1")).toMatchObject({
      code: 2,
      err: expect.stringContaining("no functions open and recover"),
    });
    configure(STORE.replace(ANSWER_MARK, "values.pop();"));
    await ackproof("gate --trials 5 --seed 3 --quiet");
    const violations = join(folder.path, "ackproof-report", "violations");
    const [id = ""] = readdirSync(violations);
    configure(STORE, { ...SCENARIO, name: "renamed" });
    expect(await ackproof(`replay ${join(violations, id)}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('of the scenario "mine"'),
    });
    writeFileSync(join(violations, id, "trial.json"), "{");
    expect(await ackproof(`replay ${join(violations, id)}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining("not JSON"),
    });
  });
});

describe("exit code 3", () => {
  it("where too little was seen to say that it held", async () => {
    const { code, out } = await ackproof("gate wal/sync --trials 1 --seed 1 --quiet");
    expect(code).toBe(3);
    expect(out).toContain("No crash fell in:");
  });

  it("where time ended before 60 crashes", async () => {
    configure(STORE);
    const { code, out } = await ackproof("gate --time 0.5 --quiet");
    expect(code).toBe(3);
    expect(out).toContain("at least 60 are needed");
  });

  it("where a fault that was named cannot run", async () => {
    configure(STORE);
    const { code, out } = await ackproof(
      "gate --fault kill --fault kill:call --trials 5 --seed 5 --quiet",
    );
    expect(out).toContain("not run: kill:call for mine");
    expect(out).toContain("verdict: held");
    expect(code).toBe(3);
  });
});

describe("exit code 4", () => {
  it("where ackproof itself cannot work", async () => {
    const TMPDIR = join(folder.path, "gone");
    const { code, err } = await ackproof("gate wal/sync --trials 1", { TMPDIR });
    expect(err).toContain("an error of its own, no verdict");
    expect(code).toBe(4);
  });
});

describe("exit code 130", () => {
  it("after a signal, once what there is was saved", async () => {
    configure(STORE);
    const child = execa("node", [CLI, "gate", "--time", "50", "--seed", "2"], {
      cwd: folder.path,
      reject: false,
      timeout: LIMIT_MS,
    });
    const trials = join(folder.path, "ackproof-report", "trials.ndjson");
    for (let tries = 0; tries < 2000 && !hasLines(trials, 3); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(stdout).toContain("inconclusive, interrupted");
    const result = JSON.parse(report("result.json"));
    expect(result).toMatchObject({ complete: false, interrupted: true, verdict: "inconclusive" });
    expect(result.scenarios[0].trials).toBe(report("trials.ndjson").trimEnd().split("\n").length);
    expect(report("junit.xml")).toContain("did not come to its end: interrupted");
    expect(report("summary.md")).toContain("inconclusive, interrupted");
    expect(report("index.html")).toContain("interrupted; a proof is missing");
  });
});

function hasLines(path: string, count: number): boolean {
  return existsSync(path) && readFileSync(path, "utf8").split("\n").length > count;
}
