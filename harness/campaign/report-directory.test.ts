// The report's directory: made, recognised, replaced, and refused where it is somebody else's.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TrialRecord } from "../trial-record.ts";
import { CampaignError } from "./campaign-error.ts";
import { openReportDirectory, writeReportFiles } from "./report-directory.ts";

const TRIAL: TrialRecord = {
  trial: 0,
  seed: 1,
  scenario: "s\u009b",
  mode: "m",
  fault: "kill",
  options: {},
  lives: [],
  verdict: "held",
  violations: [],
  notApplicable: [],
};

function refusal(path: string): string | undefined {
  return codeOf(() => openReportDirectory(path));
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof CampaignError) return error.code;
    throw error;
  }
  return undefined;
}

describe("openReportDirectory", () => {
  let folder: DirectoryResult;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
  });
  afterEach(() => folder.cleanup());

  it("makes a directory with its parents, and adds trials a line each", () => {
    const report = openReportDirectory(join(folder.path, "a", "b"));
    report.addTrial(TRIAL);
    report.addTrial({ ...TRIAL, trial: 1 });
    const lines = readFileSync(join(report.path, "trials.ndjson"), "utf8").split("\n");
    expect(lines.map((line) => (line === "" ? "" : JSON.parse(line).trial))).toEqual([0, 1, ""]);
    expect(lines[0]).toContain("\\u009b");
  });

  it("replaces what an earlier run wrote, and leaves other files alone", () => {
    const path = join(folder.path, "report");
    const first = openReportDirectory(path);
    first.addTrial(TRIAL);
    mkdirSync(join(first.violations, "old"), { recursive: true });
    writeFileSync(join(path, "result.json"), "old");
    first.saveFiles([
      { name: "junit.xml", text: "old" },
      { name: "measurement/risk.csv", text: "old" },
    ]);
    expect(readFileSync(join(path, "junit.xml"), "utf8")).toBe("old");
    expect(readFileSync(join(path, "measurement", "risk.csv"), "utf8")).toBe("old");
    writeFileSync(join(path, "notes.txt"), "mine");
    openReportDirectory(path);
    expect(readdirSync(path).sort()).toEqual([".ackproof-report", "notes.txt", "trials.ndjson"]);
    expect(readFileSync(join(path, "trials.ndjson"), "utf8")).toBe("");
  });

  it("takes an empty directory, and refuses any other that it did not write", () => {
    const path = join(folder.path, "theirs");
    mkdirSync(path);
    expect(refusal(path)).toBeUndefined();
    const other = join(folder.path, "other");
    mkdirSync(other);
    writeFileSync(join(other, "result.json"), "mine");
    expect(refusal(other)).toBe("not-ours");
    expect(readFileSync(join(other, "result.json"), "utf8")).toBe("mine");
    writeFileSync(join(other, ".ackproof-report"), "something else");
    expect(refusal(other)).toBe("not-ours");
  });

  it("refuses a file and a link in the directory's place", () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    expect(refusal(file)).toBe("not-ours");
    const real = join(folder.path, "real");
    openReportDirectory(real);
    symlinkSync(real, join(folder.path, "link"));
    expect(refusal(join(folder.path, "link"))).toBe("not-ours");
    expect(existsSync(join(real, "trials.ndjson"))).toBe(true);
  });

  it("takes renderings beside a result that lies elsewhere, and replaces no other's file", () => {
    const path = join(folder.path, "elsewhere");
    mkdirSync(path);
    writeFileSync(join(path, "result.json"), "{}");
    writeReportFiles(path, [{ name: "junit.xml", text: "one" }]);
    writeReportFiles(path, [{ name: "junit.xml", text: "one" }]);
    const files = [
      { name: "summary.md", text: "new" },
      { name: "junit.xml", text: "two" },
    ] as const;
    expect(codeOf(() => writeReportFiles(path, files))).toBe("not-ours");
    expect(readdirSync(path).sort()).toEqual(["junit.xml", "result.json"]);
    openReportDirectory(join(folder.path, "ours"));
    writeReportFiles(join(folder.path, "ours"), [{ name: "junit.xml", text: "one" }]);
    writeReportFiles(join(folder.path, "ours"), files);
    expect(readFileSync(join(folder.path, "ours", "junit.xml"), "utf8")).toBe("two");
  });
});
