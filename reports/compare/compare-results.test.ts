// The rules of a comparison, one by one: what is weaker, what is unclear, what is only told.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import { stream } from "../../harness/seed.ts";
import type { Verdict } from "../../harness/trial-record.ts";
import { anyResult, HELD_RESULT } from "../fixtures/sample-result.ts";
import { compareResults } from "./compare-results.ts";
import type { Aspect, Comparison, Difference } from "./comparison.ts";

/** Its losses are given where a test is about them. */
const ROW = firstRow(HELD_RESULT);

function firstRow({ scenarios: [first] }: CampaignResult): ScenarioResult {
  if (first === undefined) throw new Error("the sample has a row");
  const { losses: _, ...row } = first;
  return row;
}

function result(...scenarios: readonly ScenarioResult[]): CampaignResult {
  return { ...HELD_RESULT, scenarios };
}

function compare(base: CampaignResult, head: CampaignResult): Comparison {
  return compareResults(base, head, stream(1, "compare"));
}

/** What HEAD's row comes to where it differs from BASE's in these fields. */
function changed(head: Partial<ScenarioResult>, base: Partial<ScenarioResult> = {}): Comparison {
  return compare(result({ ...ROW, ...base }), result({ ...ROW, ...head }));
}

function difference(comparison: Comparison, aspect: Aspect): Difference | undefined {
  return comparison.rows[0]?.differences.find((one) => one.aspect === aspect);
}

const onExt4 = (verdict: Verdict): Partial<ScenarioResult> => ({
  profiles: [{ profile: "ext4", verdict }],
});

const fixedAllowance = (allowed: number): Partial<ScenarioResult> => ({
  losses: [{ lost: 0, allowed, crashes: 600 }],
});

const drawnAllowance = (most: number): Partial<ScenarioResult> => ({
  losses: [
    { lost: 0, allowed: 3, crashes: 600 },
    { lost: 0, allowed: most, crashes: 9 },
  ],
});

const spreadLosses = (from: number): Partial<ScenarioResult> => ({
  losses: Array.from({ length: 8 }, (_, index) => ({
    lost: from + index,
    allowed: 20,
    crashes: 30,
  })),
});

const manyLosses = (share: number): Partial<ScenarioResult> => ({
  crashes: 100_000,
  randomKills: 100_000,
  losses: [
    { lost: 0, allowed: 9, crashes: 100_000 * share },
    { lost: 1, allowed: 9, crashes: 100_000 * (1 - share) },
  ],
});

describe("the verdict", () => {
  it.each<[Verdict, Verdict, Comparison["outcome"]]>([
    ["held", "held", "held"],
    ["held", "violated", "weaker"],
    ["held", "measured", "weaker"],
    ["held", "inconclusive", "unclear"],
    ["violated", "held", "held"],
    ["violated", "violated", "held"],
    ["violated", "measured", "weaker"],
    ["violated", "inconclusive", "unclear"],
    ["measured", "held", "held"],
    ["measured", "violated", "weaker"],
    ["measured", "measured", "held"],
    ["measured", "inconclusive", "unclear"],
    ["inconclusive", "held", "held"],
    ["inconclusive", "violated", "weaker"],
    ["inconclusive", "measured", "held"],
    ["inconclusive", "inconclusive", "unclear"],
  ])("from %s to %s is %s", (base, head, outcome) => {
    expect(changed({ verdict: head }, { verdict: base }).outcome).toBe(outcome);
  });

  it("is weaker whatever the numbers of trials, with the share of violating ones beside it", () => {
    const comparison = changed({ verdict: "violated", violatingTrials: 1, trials: 400 });
    expect(comparison.outcome).toBe("weaker");
    const violations = difference(comparison, "violations");
    expect(violations).toMatchObject({ weight: "same", test: { name: "Fisher" } });
    expect(violations?.test?.pValue).toBeCloseTo(400 / 802, 9);
  });

  it("says by how much more often it breaks where it broke before", () => {
    const rarely = { verdict: "violated", violatingTrials: 5, trials: 400 } as const;
    const often = { verdict: "violated", violatingTrials: 60, trials: 100 } as const;
    expect(difference(changed(often, rarely), "violations")?.weight).toBe("changed");
    expect(difference(changed(rarely, often), "violations")?.weight).toBe("better");
    expect(changed(often, rarely).outcome).toBe("held");
  });
});

describe("a row", () => {
  it("that held and is not run any more is weaker; another one is only told", () => {
    const other = { ...ROW, name: "wal/none" };
    expect(compare(result(ROW, other), result(ROW)).outcome).toBe("weaker");
    const broken = { ...other, verdict: "violated" } as const;
    expect(compare(result(ROW, broken), result(ROW))).toMatchObject({
      outcome: "held",
      rows: [{ weight: "same" }, { weight: "changed", head: null }],
    });
  });

  it("that could not run, or was not reached, is unclear", () => {
    const notRun = [{ fault: "kill for wal/batch", reason: "no tracer" }];
    expect(compare(result(ROW), { ...result(), notRun })).toMatchObject({ outcome: "unclear" });
    expect(compare(result(ROW), { ...result(), complete: false }).outcome).toBe("unclear");
    const another = [{ fault: "kill for wal/sync", reason: "no tracer" }];
    expect(compare(result(ROW), { ...result(), notRun: another }).outcome).toBe("weaker");
  });

  it("that is new is no loss, and neither is the same scenario under another fault", () => {
    const power = { ...ROW, fault: "power" };
    expect(compare(result(ROW), result(ROW, power))).toMatchObject({
      outcome: "held",
      rows: [{ weight: "same" }, { fault: "power", base: null, weight: "changed" }],
    });
  });

  it("is compared where a result is not complete, and what is weaker stays weaker", () => {
    const open = { ...result(ROW), complete: false };
    expect(compare(open, result(ROW))).toMatchObject({
      outcome: "unclear",
      rows: [{ weight: "same" }],
    });
    const broken = { ...result({ ...ROW, verdict: "violated" as const }), complete: false };
    expect(compare(open, broken).outcome).toBe("weaker");
  });

  it("is missed where there is none in either", () => {
    expect(compare(result(), result())).toMatchObject({ outcome: "unclear", rows: [] });
  });

  it("that was asked for twice is compared with its like", () => {
    const broken = { ...ROW, verdict: "violated" } as const;
    expect(compare(result(ROW, broken), result(ROW, broken)).outcome).toBe("held");
  });

  it("that asks for fewer guarantees is weaker", () => {
    const gone = ["batch-whole: the store does not promise that batches are atomic"];
    expect(changed({ notApplicable: gone }).outcome).toBe("weaker");
    expect(changed({ notApplicable: gone }, { notApplicable: gone }).outcome).toBe("held");
    expect(changed({}, { notApplicable: gone }).outcome).toBe("held");
  });

  it("of another mode, or on another device, is told", () => {
    expect(difference(changed({ mode: "none" }), "mode")?.weight).toBe("changed");
    expect(difference(changed(onExt4("violated"), onExt4("held")), "devices")?.weight).toBe(
      "changed",
    );
    expect(difference(changed(onExt4("held"), onExt4("violated")), "devices")?.weight).toBe(
      "better",
    );
  });
});

describe("the allowance", () => {
  const losing = { tight: true, allowedRecords: 7 };

  it("is weaker where there was none, and where its number is gone", () => {
    const nothing = { tight: null, allowedRecords: 0 };
    expect(changed(losing, nothing).outcome).toBe("weaker");
    expect(changed(nothing, losing).outcome).toBe("held");
    expect(changed({ allowedRecords: null }, losing).outcome).toBe("weaker");
    expect(changed(losing, { allowedRecords: null }).outcome).toBe("held");
  });

  it("is unclear where BASE had so few trials that they may have drawn nothing else", () => {
    expect(changed(losing, { tight: null, allowedRecords: 0, trials: 9 }).outcome).toBe("unclear");
  });

  it("is not compared where nothing crashed, nothing is promised, or the store was damaged at rest", () => {
    const gone = { tight: true, allowedRecords: null };
    expect(changed(gone, { crashes: 0 }).outcome).toBe("held");
    const corruptions = {
      judged: 9,
      noticed: 9,
      harmless: 0,
      lostSilently: 0,
      lostOperationsMax: 0,
    };
    expect(changed({ ...gone, corruptions }).outcome).toBe("held");
  });

  it("is weaker where a fixed number grew, and better where it shrank", () => {
    const grew = changed(fixedAllowance(8), fixedAllowance(7));
    expect(grew.outcome).toBe("weaker");
    expect(difference(grew, "allowance")).toMatchObject({ test: { name: "Rosenbaum" } });
    expect(difference(changed(fixedAllowance(7), fixedAllowance(8)), "allowance")?.weight).toBe(
      "better",
    );
  });

  it("is the same where a few crashes drew more than any of BASE", () => {
    expect(difference(changed(drawnAllowance(36), drawnAllowance(14)), "allowance")?.weight).toBe(
      "same",
    );
    expect(changed(drawnAllowance(36), drawnAllowance(14)).outcome).toBe("held");
  });
});

describe("losses", () => {
  it("that tend to be larger are told with the test, and are no broken promise", () => {
    const comparison = changed(spreadLosses(4), spreadLosses(0));
    expect(comparison.outcome).toBe("held");
    expect(difference(comparison, "losses")).toMatchObject({
      weight: "changed",
      test: { name: "Mann-Whitney", isLarge: true },
    });
    expect(difference(changed(spreadLosses(0), spreadLosses(4)), "losses")?.weight).toBe("better");
    expect(difference(changed(spreadLosses(3), spreadLosses(3)), "losses")?.weight).toBe("same");
  });

  it("are not tested where there are few, or were not counted", () => {
    const few = { losses: [{ lost: 1, allowed: 20, crashes: 19 }] };
    expect(difference(changed(spreadLosses(4), few), "losses")).toBeUndefined();
    expect(difference(changed(spreadLosses(4), { losses: [] }), "losses")).toBeUndefined();
  });

  it("below the floor are noise, however many there are", () => {
    const test = difference(changed(manyLosses(0.6), manyLosses(0.7)), "losses");
    expect(test?.weight).toBe("same");
    expect(test?.test?.adjusted).toBeLessThan(1e-9);
  });
});

describe("findings", () => {
  it("are told where they come much more often", () => {
    const measured = { verdict: "measured" } as const;
    const comparison = changed(
      { ...measured, findingTrials: 300 },
      { ...measured, findingTrials: 3 },
    );
    expect(difference(comparison, "findings")?.weight).toBe("changed");
    expect(comparison.outcome).toBe("held");
  });
});

describe("any two results", () => {
  it("are compared without a throw; one and itself is never weaker", () => {
    fc.assert(
      fc.property(anyResult, anyResult, (base, head) => {
        expect(["held", "weaker", "unclear"]).toContain(compare(base, head).outcome);
        const same = compare(base, base);
        expect(same.outcome).not.toBe("weaker");
        for (const { differences } of same.rows) {
          // The drawn rows may have two verdicts on one device, which no campaign writes.
          if (differences.some(({ aspect }) => aspect === "devices")) continue;
          expect(differences.every(({ weight }) => weight === "same" || weight === "unclear")).toBe(
            true,
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
