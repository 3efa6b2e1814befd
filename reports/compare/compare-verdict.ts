// The verdicts of one row in two results: which step from one to the other is a loss.
import type { NotRun, ScenarioResult } from "../../harness/result.ts";
import type { Verdict } from "../../harness/trial-record.ts";
import { fisherExact } from "../statistics/fisher-exact.ts";
import type { Weight } from "./comparison.ts";
import type { Draft } from "./draft.ts";

/** What a step means, from BASE's verdict to HEAD's. `measured`: nothing is promised there. */
const STEPS: { readonly [V in Verdict]: { readonly [W in Verdict]: Weight } } = {
  held: { held: "same", violated: "weaker", measured: "weaker", inconclusive: "unclear" },
  violated: { held: "better", violated: "same", measured: "weaker", inconclusive: "unclear" },
  measured: { held: "better", violated: "weaker", measured: "same", inconclusive: "unclear" },
  inconclusive: {
    held: "better",
    violated: "weaker",
    measured: "changed",
    inconclusive: "unclear",
  },
};

const PROMISE_GONE = "; nothing is promised there any more";

export function compareVerdicts(base: ScenarioResult, head: ScenarioResult): Draft {
  const weight = STEPS[base.verdict][head.verdict];
  const gone = head.verdict === "measured" && weight === "weaker" ? PROMISE_GONE : "";
  const text =
    base.verdict === head.verdict ? base.verdict : `${base.verdict} -> ${head.verdict}${gone}`;
  return { aspect: "verdict", weight, text };
}

/** Of a row that only BASE has. */
export function vanishedRow(
  base: ScenarioResult,
  head: { readonly complete: boolean; readonly notRun: readonly NotRun[] },
): Draft {
  const named = `${base.fault} for ${base.name}`;
  const notRun = head.notRun.find(({ fault }) => fault === named);
  const was = `${base.verdict} in BASE`;
  if (notRun !== undefined) {
    const text = `${was}, could not run in HEAD: ${notRun.reason}`;
    return { aspect: "row", weight: base.verdict === "held" ? "unclear" : "changed", text };
  }
  if (!head.complete) {
    return { aspect: "row", weight: "unclear", text: `${was}; HEAD ended before it was run` };
  }
  const weight = base.verdict === "held" ? "weaker" : "changed";
  return { aspect: "row", weight, text: `${was}, and HEAD does not run it` };
}

/** Of a row that only HEAD has: there is nothing that it could be weaker than. */
export function newRow(head: ScenarioResult): Draft {
  return { aspect: "row", weight: "changed", text: `new in HEAD: ${head.verdict}` };
}

/** What was judged in BASE and is no longer asked of the store: a promise that was taken back. */
export function compareGuarantees(base: ScenarioResult, head: ScenarioResult): Draft[] {
  if (base.verdict !== "held") return [];
  const before = new Set(base.notApplicable.map((text) => guaranteeName(text)));
  return head.notApplicable
    .filter((text) => !before.has(guaranteeName(text)))
    .map((text) => ({
      aspect: "guarantees",
      weight: "weaker",
      text: `judged in BASE, not applicable in HEAD: ${text}`,
    }));
}

/** Of `batch-whole: the store does not ...` what stands before the reason. */
function guaranteeName(text: string): string {
  return text.split(":", 1)[0] ?? text;
}

/** How often a promise broke, where it broke at all. That it did is no question of chance; how often is. */
export function compareViolations(base: ScenarioResult, head: ScenarioResult): Draft[] {
  return compareShares(
    "violations",
    { hits: base.violatingTrials, tries: base.trials },
    { hits: head.violatingTrials, tries: head.trials },
  );
}

/** How often it did what a store should not, where that sets no verdict. */
export function compareFindings(base: ScenarioResult, head: ScenarioResult): Draft[] {
  return compareShares(
    "findings",
    { hits: base.findingTrials, tries: base.trials },
    { hits: head.findingTrials, tries: head.trials },
  );
}

function compareShares(
  aspect: "violations" | "findings",
  base: { readonly hits: number; readonly tries: number },
  head: { readonly hits: number; readonly tries: number },
): Draft[] {
  const areCounts = [base, head].every(({ hits, tries }) => tries > 0 && hits <= tries);
  if (base.hits + head.hits === 0 || !areCounts) return [];
  const isRarer = head.hits * base.tries < base.hits * head.tries;
  const effect = `${percent(base)} -> ${percent(head)} of the trials`;
  return [
    {
      aspect,
      weight: isRarer ? "better" : "changed",
      text: `${base.hits} of ${base.tries} -> ${head.hits} of ${head.tries} trials`,
      test: { name: "Fisher", pValue: fisherExact(base, head), effect, isLarge: true },
    },
  ];
}

function percent({ hits, tries }: { readonly hits: number; readonly tries: number }): string {
  return `${((100 * hits) / tries).toFixed(1)} %`;
}

/** The same recordings on posix and on ext4; only the one that the promise names sets the verdict. */
export function compareDevices(base: ScenarioResult, head: ScenarioResult): Draft[] {
  return head.profiles.flatMap(({ profile, verdict }): Draft[] => {
    const before = base.profiles.find((one) => one.profile === profile)?.verdict;
    if (before === undefined || before === verdict) return [];
    const weight = STEPS[before][verdict] === "better" ? "better" : "changed";
    return [{ aspect: "devices", weight, text: `on ${profile}: ${before} -> ${verdict}` }];
  });
}
