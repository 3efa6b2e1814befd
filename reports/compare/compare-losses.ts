// What crashes lost and were allowed to lose, of one row in two results.
import type { LossCount, ScenarioResult } from "../../harness/result.ts";
import {
  type CountedSample,
  countedSample,
  medianOf,
  sampleSize,
} from "../statistics/counted-sample.ts";
import { hodgesLehmannShift } from "../statistics/effect-size.ts";
import { exceedanceTest } from "../statistics/exceedance-test.ts";
import { rankTest } from "../statistics/rank-test.ts";
import type { Aspect } from "./comparison.ts";
import type { Draft } from "./draft.ts";

/** With fewer on either side nothing is tested. */
const NUMBERS_MIN = 20;
/** With fewer what a row was allowed may be owed to what was drawn. */
const TRIALS_MIN = 10;
/**
 * A difference between two runs is called one from here on: the larger loss is HEAD's in 60 of 100 pairs, or in 40. Where a
 * kill falls depends on how busy the machine is, and moves losses by less than this.
 */
const SUPERIORITY_FLOOR = 0.1;

/**
 * What a crash may take. That a mode may lose where it might not, or has no number where it had one, is certain. A
 * number that grew is tested, for what is allowed may depend on what a workload drew (N of `batch`).
 */
export function compareAllowances(base: ScenarioResult, head: ScenarioResult): Draft[] {
  const comparable = [base, head].every(
    ({ verdict, corruptions, crashes }) =>
      verdict !== "measured" && corruptions === null && crashes > 0,
  );
  if (!comparable) return [];
  if (base.tight === null && head.tight !== null) {
    const text = "may lose nothing -> may lose records";
    // A few trials may have drawn nothing but N = 1.
    if (base.trials < TRIALS_MIN) return [allowance("unclear", `${text}, by few trials of BASE`)];
    return [allowance("weaker", text)];
  }
  if (base.tight !== null && head.tight === null) {
    return [allowance("better", "may lose records -> may lose nothing")];
  }
  if (base.allowedRecords !== null && head.allowedRecords === null) {
    return [allowance("weaker", `at most ${base.allowedRecords} at its worst crash -> no number`)];
  }
  if (base.allowedRecords === null && head.allowedRecords !== null) {
    return [allowance("better", `no number -> at most ${head.allowedRecords} at its worst crash`)];
  }
  return testedAllowances(base, head);
}

function allowance(weight: Draft["weight"], text: string): Draft {
  return { aspect: "allowance", weight, text };
}

function testedAllowances(base: ScenarioResult, head: ScenarioResult): Draft[] {
  const before = allowedSample(base.losses ?? []);
  const after = allowedSample(head.losses ?? []);
  const most = [before, after].map((sample) => sample.at(-1)?.value ?? 0);
  const [baseMost = 0, headMost = 0] = most;
  if (baseMost === headMost || before.length === 0 || after.length === 0) return [];
  const grew = headMost > baseMost;
  const cluster = Math.max(clusterSize(base), clusterSize(head));
  const oneSided = grew
    ? exceedanceTest(before, after, cluster)
    : exceedanceTest(after, before, cluster);
  const effect = `at most ${baseMost} -> at most ${headMost}`;
  return [
    {
      ...allowance(grew ? "weaker" : "better", `${effect} records at any crash`),
      // Either of the two could have been the larger.
      test: { name: "Rosenbaum", pValue: Math.min(1, 2 * oneSided), effect, isLarge: true },
    },
  ];
}

function allowedSample(losses: readonly LossCount[]): CountedSample {
  return countedSample(
    losses.flatMap(({ allowed, crashes }) =>
      allowed === null ? [] : [{ value: allowed, count: crashes }],
    ),
  );
}

/** Crashes of one chain share a workload and a directory: so many are alike at most, on average. */
function clusterSize({ crashes, randomKills }: ScenarioResult): number {
  return randomKills === 0 ? 1 : Math.max(1, crashes / randomKills);
}

/** What each crash lost, where crashes were counted one by one. */
export function compareLosses(base: ScenarioResult, head: ScenarioResult): Draft[] {
  if (base.losses === undefined || head.losses === undefined) return [];
  const clusters = Math.max(clusterSize(base), clusterSize(head));
  return testedLosses(
    "losses",
    [base.losses, head.losses].map((losses) =>
      countedSample(losses.map(({ lost, crashes }) => ({ value: lost, count: crashes }))),
    ),
    clusters,
  );
}

/** Whether HEAD's losses tend to be larger. More of them within the allowance is no broken promise. */
export function testedLosses(
  aspect: Aspect,
  [base = [], head = []]: readonly CountedSample[],
  clusters: number,
): Draft[] {
  if (sampleSize(base) < NUMBERS_MIN || sampleSize(head) < NUMBERS_MIN) return [];
  const { pValue, superiority } = rankTest(base, head, clusters);
  const shift = hodgesLehmannShift(base, head);
  const share = `HEAD's is the larger in ${(100 * superiority).toFixed(0)} of 100 pairs`;
  return [
    {
      aspect,
      weight: superiority > 0.5 ? "changed" : "better",
      text: `${lossText(base)} -> ${lossText(head)}`,
      test: {
        name: "Mann-Whitney",
        pValue,
        effect: `${share}, shift ${shift > 0 ? "+" : ""}${shift}`,
        isLarge: Math.abs(superiority - 0.5) >= SUPERIORITY_FLOOR,
      },
    },
  ];
}

function lossText(sample: CountedSample): string {
  return `median ${medianOf(sample)}, most ${sample.at(-1)?.value ?? 0} records`;
}
