// The terminal's text, as it stands, and for any result at all.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeJson } from "../harness/campaign/safe-json.ts";
import type { CampaignResult, ScenarioResult } from "../harness/result.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "./fixtures/sample-result.ts";
import { createPaint } from "./paint.ts";
import { reportModel } from "./report-model.ts";
import { renderSummary } from "./terminal-summary.ts";

function summary(result: CampaignResult, columns = 100, colours = false, quiet = false): string {
  const out = "ackproof-report";
  return renderSummary(reportModel(result), { paint: createPaint(colours), columns, out, quiet });
}

describe("the terminal's summary", () => {
  it("of what held is the table, the notes and how to repeat it", () => {
    expect(summary(HELD_RESULT)).toMatchInlineSnapshot(`
      "scenario   fault  trials  crashes  at risk  lost/allowed  violations   verdict  tight
      wal/batch  kill      402      611        7           7/7  0 (<0.75 %)  held     yes, 19 full
        in: append 410, at-risk 230, batch 96, recovery 64, checkpoint 41, rotation 12
      at risk, lost: most acknowledged records at one crash; violations: trials (exact 95 % upper bound)

      note: kill alone proves nothing about fsync: the page cache outlives the process.

      verdict: held, after 45.0 s
      report:  ackproof-report
      repeat:  npx ackproof gate --seed 7
      "
    `);
  });

  it("of what did not hold says why, and how to repeat each violation", () => {
    expect(summary(WORST_RESULT)).toMatchInlineSnapshot(`
      "scenario   fault  trials  crashes  at risk  lost/allowed  violations    verdict       tight
      wal/sync   kill      402      611        0           0/0  0 (<0.75 %)   held          -
        in: append 410, at-risk 230, batch 96, recovery 64, checkpoint 41, rotation 12
      wal/batch  kill      402      611        7           7/7  0 (<0.75 %)   held          yes, 19 full
        in: append 410, at-risk 230, batch 96, recovery 64, checkpoint 41, rotation 12
      wal/none   kill      402      611        7     0/at risk  0 (<0.75 %)   inconclusive  no
        in: append 9
      planted/no-checksum
                 kill      402      611        7           7/7  5 (<83.10 %)  violated      yes, 19 full
        in: nothing
      at risk, lost: most acknowledged records at one crash; violations: trials (exact 95 % upper bound)

      wal/none (kill): inconclusive
        No crash fell in: rotation.

      planted/no-checksum (kill): violated
        5 of 9 trials broke a promise.
        nothing-invented (trial 3, seed 2381930112): append 17 (life 0) came back with other bytes than were written
          replay: npx ackproof replay ackproof-report/violations/planted-no-checksum-kill-3
        nothing-invented (trial 4, seed 2381930112): append 17 (life 0) came back with other bytes than were written
          replay: no artifact was kept

      not run: power for wal/sync: strace is missing; to mend it: apt-get install strace

      note: kill alone proves nothing about fsync: the page cache outlives the process.

      verdict: violated, after 45.0 s
      report:  ackproof-report
      repeat:  npx ackproof gate --seed 7
      "
    `);
  });

  it("names the sync that prevents a power cut's violation", () => {
    const prevention = "an fdatasync of a.wal before the acknowledgement of append 0";
    const scenarios = WORST_RESULT.scenarios.map((scenario) => {
      const violations = scenario.violations.map((violation) => ({ ...violation, prevention }));
      return { ...scenario, violations };
    });
    expect(summary({ ...WORST_RESULT, scenarios })).toContain(
      `\n    prevented by: ${prevention}\n`,
    );
  });

  it("tells what broke under a fault that only informs, beside a verdict of held", () => {
    const [broken] = WORST_RESULT.scenarios.flatMap(({ violations }) => violations);
    const [held] = HELD_RESULT.scenarios;
    if (broken === undefined || held === undefined) throw new Error("no sample");
    const findings = [broken];
    const informed = { ...held, fault: "power:alice", findings, findingTrials: 3 };
    const text = summary({ ...HELD_RESULT, scenarios: [informed] });
    expect(text).toContain(
      [
        "wal/batch (power:alice): findings, which set no verdict",
        "  3 of 402 trials broke a promise on a device that need not be so harsh.",
        `  nothing-invented (trial 3, seed 2381930112): ${broken.message}`,
        `    replay: ${broken.replay}`,
      ].join("\n"),
    );
    expect(text).toContain("verdict: held");
  });

  it("tells what was found where nothing is promised, and how often", () => {
    const [held] = HELD_RESULT.scenarios;
    if (held === undefined) throw new Error("no sample");
    const measured: ScenarioResult = {
      ...held,
      fault: "power",
      verdict: "measured",
      reasons: ["Nothing is promised."],
      twin: null,
      findingTrials: 2,
      findingCounts: { "nothing-invented": 3, "recovery-succeeds": 40 },
    };
    const text = summary({ ...HELD_RESULT, verdict: "measured", scenarios: [measured] });
    expect(text).toContain("wal/batch (power): measured\n  Nothing is promised.");
    expect(text).toContain(
      "  2 of 402 trials did what a store should not; of 611 verdicts: recovery-succeeds 40, nothing-invented 3.",
    );
    expect(text).not.toContain("held");
  });

  it("tells of a program's power cuts what they came to on either device", () => {
    const [held] = HELD_RESULT.scenarios;
    if (held === undefined) throw new TypeError("no scenario");
    const profiles = [
      { profile: "posix", verdict: "violated" },
      { profile: "ext4", verdict: "held" },
    ] as const;
    const text = summary({ ...HELD_RESULT, scenarios: [{ ...held, profiles }] });
    expect(text).toContain("\n  portable (posix): violated, on ext4: held\n");
  });

  it("that is quiet leaves out the table and what held", () => {
    expect(summary(HELD_RESULT, 100, false, true)).toMatchInlineSnapshot(`
      "verdict: held, after 45.0 s
      report:  ackproof-report
      repeat:  npx ackproof gate --seed 7
      "
    `);
  });

  it("of an interrupted campaign says so", () => {
    const interrupted = {
      ...HELD_RESULT,
      complete: false,
      interrupted: true,
      verdict: "inconclusive",
    } as const;
    expect(summary(interrupted)).toContain("inconclusive, interrupted, after 45.0 s");
    expect(summary({ ...interrupted, interrupted: false })).toContain("not complete");
  });

  it("fits 100 columns, and puts a long name on a line of its own", () => {
    for (const columns of [60, 80, 100]) {
      const table = summary(WORST_RESULT, columns).split("\n\n")[0]?.split("\n") ?? [];
      expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(
        Math.max(columns, 100),
      );
      expect(table).toContain("planted/no-checksum");
    }
  });

  it("has colours only where they are wanted", () => {
    expect(summary(WORST_RESULT)).not.toContain("\u001b");
    expect(summary(WORST_RESULT, 100, true)).toContain("\u001b[31mviolated\u001b[39m");
  });
});

describe("any result at all", () => {
  it("is rendered without a throw, and steers no terminal", () => {
    fc.assert(
      fc.property(anyResult, fc.integer({ min: 1, max: 300 }), (result, columns) => {
        // Line breaks are the renderer's own.
        expect(summary(result, columns)).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202e\u2028]/u);
        expect(
          Math.max(
            ...summary(result, columns)
              .split("\n")
              .map((line) => line.length),
          ),
        ).toBeLessThan(1500);
      }),
    );
  });

  it("is JSON that steers no terminal and reads back the same", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const json = safeJson(result, 2);
        expect(json).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2028]/u);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(result)));
      }),
    );
  });
});
