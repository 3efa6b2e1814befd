// What `ackproof compare` prints: every difference with its test, and nothing that steers a terminal.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CampaignResult } from "../harness/result.ts";
import { stream } from "../harness/seed.ts";
import { compareResults } from "./compare/compare-results.ts";
import { latencyAround, measuredResult, SETTING } from "./compare/fixtures/measured-setting.ts";
import { renderComparison } from "./compare-text.ts";
import { anyResult, HELD_RESULT } from "./fixtures/sample-result.ts";
import { createPaint } from "./paint.ts";

function text(base: CampaignResult, head: CampaignResult, quiet = false): string {
  return renderComparison(compareResults(base, head, stream(1, "c")), createPaint(false), quiet);
}

const [ROW] = HELD_RESULT.scenarios;
const BROKEN: CampaignResult = {
  ...HELD_RESULT,
  verdict: "violated",
  scenarios: [{ ...(ROW ?? fail()), verdict: "violated", violatingTrials: 5, trials: 9 }],
};

function fail(): never {
  throw new Error("the sample has a row");
}

describe("renderComparison", () => {
  it("tells the step, the test and the outcome", () => {
    const told = text(HELD_RESULT, BROKEN);
    expect(told).toMatch(/^wal\/batch +kill +held -> violated +7\/7 +611 +weaker$/m);
    expect(told).toContain("verdict: held -> violated: weaker");
    expect(told).toMatch(/violations: 0 of 402 -> 5 of 9 trials \(Fisher p = \d\.\de-\d+; /);
    expect(told).toContain("HEAD is weaker than BASE (tests: 2, ");
  });

  it("tells latencies with ratio and interval", () => {
    const speed = { ...SETTING.speed, append: latencyAround(40) };
    const told = text(measuredResult([SETTING]), measuredResult([{ ...SETTING, speed }]));
    expect(told).toMatch(/append latency: slower: p50 20.0 us.*median 2\.00 times \(95 %: /);
    expect(told).toContain("HEAD is not weaker than BASE");
  });

  it("leaves out what is the same where it is asked to be quiet", () => {
    expect(text(HELD_RESULT, HELD_RESULT)).toContain("wal/batch");
    const quiet = text(HELD_RESULT, HELD_RESULT, true);
    expect(quiet).not.toContain("wal/batch");
    expect(quiet).toContain("HEAD is not weaker than BASE");
  });

  it("says what could not be said", () => {
    const told = text({ ...HELD_RESULT, complete: false }, HELD_RESULT);
    expect(told).toContain("note: BASE is not complete");
    expect(told).toContain("It cannot be said");
  });

  it("steers no terminal, whatever the results hold", () => {
    fc.assert(
      fc.property(anyResult, anyResult, (base, head) => {
        expect(text(base, head)).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      }),
      { numRuns: 20 },
    );
  });
});
