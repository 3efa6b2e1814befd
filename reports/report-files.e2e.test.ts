// The rendered files as users get them: at a campaign's end, on GitHub Actions, and again from result.json alone.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const GATE = "gate planted/ack-before-write --fault kill --trials 40 --seed 7";
const NOT_RENDERED = new Set([".ackproof-report", "trials.ndjson", "result.json", "violations"]);

let folder: DirectoryResult;
let gate: Ended;

interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

async function ackproof(words: string, environment: Record<string, string> = {}): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa("node", [CLI, ...words.split(" ")], {
    cwd: folder.path,
    env: environment,
    reject: false,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

function at(...names: readonly string[]): string {
  return join(folder.path, ...names);
}

/** What lies in a report beside the result and its evidence, by name. */
function rendered(report: string): { readonly [name: string]: string } {
  const names = readdirSync(at(report)).filter((name) => !NOT_RENDERED.has(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(at(report, name), "utf8")]));
}

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: at("step.md") };
  gate = await ackproof(GATE, environment);
});
afterAll(() => folder.cleanup());

describe("a campaign", () => {
  it("leaves its renderings, the same summary for the step, and an annotation a violation", () => {
    expect(gate.code).toBe(1);
    const files = rendered("ackproof-report");
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["junit.xml", "summary.md"]));
    expect(readFileSync(at("step.md"), "utf8")).toBe(files["summary.md"]);
    expect(files["junit.xml"]).toContain('<failure type="nothing-lost"');
    expect(gate.out).toContain("\n::error title=nothing-lost%3A planted/ack-before-write (kill)::");
    const replay = /replay: (npx ackproof replay \S+)/.exec(gate.out)?.[1] ?? "none";
    for (const name of ["junit.xml", "summary.md"]) expect(files[name]).toContain(replay);
  });

  it("that prints JSON keeps annotations out of it, and ends the same without a summary", async () => {
    const GITHUB_STEP_SUMMARY = at("gone", "step.md");
    const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY };
    const { code, out, err } = await ackproof(`${GATE} --json --quiet --out other`, environment);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: "violated" });
    expect(err).toContain("::error title=nothing-lost");
    expect(err).toContain("summary was not written");
  });
});

describe("ackproof report", () => {
  beforeEach(() => mkdirSync(at("alone"), { recursive: true }));

  it("renders the same bytes from result.json alone, as often as it is asked", async () => {
    copyFileSync(at("ackproof-report", "result.json"), at("alone", "result.json"));
    const first = await ackproof("report alone/result.json");
    expect(first.code).toBe(1);
    expect(
      gate.out.startsWith(first.out.replace("report:  alone", "report:  ackproof-report")),
    ).toBe(true);
    expect(rendered("alone")).toEqual(rendered("ackproof-report"));
    expect(await ackproof("report alone --out made/of/it")).toMatchObject({ code: 1 });
    expect(await ackproof("report alone --out made/of/it")).toMatchObject({ code: 1 });
    expect(rendered("made/of/it")).toEqual(rendered("alone"));
  });

  it("takes fields that a newer version adds", async () => {
    const result = JSON.parse(readFileSync(at("ackproof-report", "result.json"), "utf8"));
    const newer = {
      ...result,
      scenarios: result.scenarios.map((row: object) => ({ ...row, x: 1 })),
    };
    writeFileSync(at("newer.json"), JSON.stringify(newer));
    expect(await ackproof("report newer.json --out newer")).toMatchObject({ code: 1 });
    expect(rendered("newer")).toMatchObject({ "junit.xml": rendered("alone")["junit.xml"] });
  });

  it("ends with the saved verdict", async () => {
    const result = JSON.parse(readFileSync(at("ackproof-report", "result.json"), "utf8"));
    for (const [verdict, code] of [
      ["held", 0],
      ["inconclusive", 3],
    ] as const) {
      writeFileSync(at(`${verdict}.json`), JSON.stringify({ ...result, verdict, scenarios: [] }));
      expect(await ackproof(`report ${verdict}.json --out ${verdict}`)).toMatchObject({ code });
    }
  });

  it("leaves a file alone that somebody else put there", async () => {
    mkdirSync(at("theirs"));
    copyFileSync(at("ackproof-report", "result.json"), at("theirs", "result.json"));
    writeFileSync(at("theirs", "summary.md"), "my notes");
    const { code, err } = await ackproof("report theirs");
    expect(code).toBe(2);
    expect(err).toContain("summary.md is there already");
    expect(rendered("theirs")).toEqual({ "summary.md": "my notes" });
    writeFileSync(at("file"), "");
    expect(await ackproof("report alone --out file")).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot be written"),
    });
  });

  it.each([
    ["gone.json", undefined, "cannot be read"],
    ["cut.json", '{"schemaVersion": 1,', "is not JSON"],
    ["next.json", '{"schemaVersion": 2}', "schemaVersion 2"],
    ["other.json", '{"schemaVersion": 1}', "is no result"],
  ])("exits 2 for %s", async (name, content, told) => {
    if (content !== undefined) writeFileSync(at(name), content);
    const { code, err } = await ackproof(`report ${name} --out none`);
    expect(err).toContain(told);
    expect(code).toBe(2);
    expect(readdirSync(folder.path)).not.toContain("none");
  });
});
