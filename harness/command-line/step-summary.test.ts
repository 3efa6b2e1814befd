// A step's summary: added to what is there, cut where GitHub would take none of it, and never an error.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendStepSummary } from "./step-summary.ts";

const MIB = 1024 * 1024;

describe("appendStepSummary", () => {
  let folder: DirectoryResult;
  let path: string;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
    path = join(folder.path, "summary");
  });
  afterEach(() => folder.cleanup());

  it("adds to what an earlier command wrote", () => {
    expect(appendStepSummary(path, "## one\n")).toBeUndefined();
    expect(appendStepSummary(path, "## two\n")).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe("## one\n\n## two\n");
  });

  it("keeps the blocks that fit into 1 MiB, and says that it was cut", () => {
    const block = `${"é".repeat(100)}\n\n`;
    expect(appendStepSummary(path, block.repeat(MIB / 100))).toBeUndefined();
    const text = readFileSync(path, "utf8");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MIB);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MIB - 1000);
    expect(text).toMatch(/é{100}\n\nThe rest was cut: .*\n$/);
    expect(text).not.toContain("\ufffd");
  });

  it("adds nothing where there is no room", () => {
    writeFileSync(path, "x".repeat(MIB));
    expect(appendStepSummary(path, "## one\n")).toBeUndefined();
    expect(readFileSync(path, "utf8")).toHaveLength(MIB);
  });

  it("says what went wrong where it cannot be written", () => {
    expect(appendStepSummary(join(path, "gone", "summary"), "x")).toContain("was not written to");
  });
});
