// Annotations: which there are, how many, and that no text ends one early.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CampaignResult } from "../harness/result.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "./fixtures/sample-result.ts";
import { renderAnnotations } from "./github-annotations.ts";
import { reportModel } from "./report-model.ts";

function annotations(result: CampaignResult): readonly string[] {
  return renderAnnotations(reportModel(result)).split("\n").slice(0, -1);
}

describe("annotations of GitHub Actions", () => {
  it("are an error a violation and a warning a row without proof", () => {
    expect(annotations(HELD_RESULT)).toEqual([]);
    expect(annotations(WORST_RESULT)).toMatchInlineSnapshot(`
      [
        "::error title=nothing-invented%3A planted/no-checksum (kill)::append 17 (life 0) came back with other bytes than were written (trial 3, seed 2381930112)%0Areplay: npx ackproof replay ackproof-report/violations/planted-no-checksum-kill-3",
        "::error title=nothing-invented%3A planted/no-checksum (kill)::append 17 (life 0) came back with other bytes than were written (trial 4, seed 2381930112)%0Areplay: no artifact was kept",
        "::warning title=inconclusive%3A wal/none (kill)::No crash fell in: rotation.",
      ]
    `);
  });

  it("warn of a campaign that did not end", () => {
    const interrupted = { ...HELD_RESULT, complete: false, interrupted: true };
    expect(annotations(interrupted)).toEqual([
      "::warning title=ackproof%3A not complete::The campaign did not come to its end: interrupted, after 45.0 s.%0Arepeat: npx ackproof gate --seed 7",
    ]);
  });

  it("escape what would end a title or a message", () => {
    const [, , , broken] = WORST_RESULT.scenarios;
    if (broken === undefined) throw new Error("no sample");
    const scenarios = [{ ...broken, name: "a,b::c%", reasons: [] }];
    const [first] = annotations({ ...WORST_RESULT, scenarios });
    expect(first).toContain("::error title=nothing-invented%3A a%2Cb%3A%3Ac%25 (kill)::append 17");
  });

  it("are at most ten of each kind, and begin with each row's first", () => {
    const [, , , broken] = WORST_RESULT.scenarios;
    const [violation] = broken?.violations ?? [];
    if (broken === undefined || violation === undefined) throw new Error("no sample");
    const violations = Array.from({ length: 9 }, () => violation);
    const scenarios = ["a", "b"].map((name) => ({ ...broken, name, violations }));
    const lines = annotations({ ...WORST_RESULT, scenarios });
    expect(lines).toHaveLength(10);
    expect(lines.slice(0, 2).map((line) => / (\w) \(kill\)/.exec(line)?.[1])).toEqual(["a", "b"]);
    fc.assert(
      fc.property(anyResult, (result) => {
        const any = annotations(result);
        for (const line of any) expect(line).toMatch(/^::(error|warning) title=[^:,]*::[^\n\r]*$/);
        for (const kind of ["error", "warning"]) {
          const count = any.filter((line) => line.startsWith(`::${kind} `)).length;
          expect(count).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
