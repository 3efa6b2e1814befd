// Saved results: what is read back as it was written, and what is refused with which code.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anyResult, HELD_RESULT, WORST_RESULT } from "../../reports/fixtures/sample-result.ts";
import { CampaignError, type CampaignErrorCode } from "./campaign-error.ts";
import { readResult } from "./read-result.ts";
import { openReportDirectory } from "./report-directory.ts";
import { safeJson } from "./safe-json.ts";

let folder: DirectoryResult;
let file: string;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
  file = join(folder.path, "result.json");
});
afterEach(() => folder.cleanup());

function codeOf(path: string): CampaignErrorCode | undefined {
  try {
    readResult(path);
    return undefined;
  } catch (error) {
    if (error instanceof CampaignError) return error.code;
    throw error;
  }
}

/** The code for a file with this content. */
function codeOfText(text: string): CampaignErrorCode | undefined {
  writeFileSync(file, text);
  return codeOf(file);
}

describe("readResult", () => {
  it("reads what a campaign saved, by its directory and by its file", () => {
    const out = join(folder.path, "report");
    openReportDirectory(out).saveResult(WORST_RESULT);
    expect(readResult(out)).toEqual(WORST_RESULT);
    expect(readResult(join(out, "result.json"))).toEqual(WORST_RESULT);
  });

  it("reads any drawn result as it was written", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        writeFileSync(file, safeJson(result));
        expect(readResult(file)).toEqual(JSON.parse(JSON.stringify(result)));
      }),
      { numRuns: 50 },
    );
  });

  it("keeps what an interrupted campaign left, and fields that a later version added", () => {
    const later = { ...HELD_RESULT, complete: false, added: [1] };
    writeFileSync(file, JSON.stringify(later));
    expect(readResult(file)).toEqual(later);
  });

  it("refuses a path where nothing is, a directory without a result, and what is no file", () => {
    expect(codeOf(join(folder.path, "gone"))).toBe("no-result");
    expect(codeOf(folder.path)).toBe("no-result");
    mkdirSync(file);
    expect(codeOf(folder.path)).toBe("no-result");
    expect(codeOf("/dev/null")).toBe("no-result");
  });

  it("refuses a result that was cut at any place", () => {
    const text = JSON.stringify(HELD_RESULT);
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), (length) => {
        expect(codeOfText(text.slice(0, length))).toBe("not-json");
      }),
      { numRuns: 30 },
    );
  });

  it("refuses other versions, and JSON that is no result", () => {
    expect(codeOfText(JSON.stringify({ ...HELD_RESULT, schemaVersion: 2 }))).toBe(
      "unknown-version",
    );
    for (const other of [null, 5, [], {}, { verdict: "held" }]) {
      expect(codeOfText(JSON.stringify(other))).toBe("malformed-result");
    }
    const { verdict: _, ...rest } = HELD_RESULT;
    expect(codeOfText(JSON.stringify(rest))).toBe("malformed-result");
    for (const field of [{ verdict: "fine" }, { seed: -1 }, { scenarios: {} }]) {
      expect(codeOfText(JSON.stringify({ ...HELD_RESULT, ...field }))).toBe("malformed-result");
    }
  });
});
