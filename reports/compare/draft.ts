// A difference before all tests of a comparison are known: then Holm's correction says which of them count.
import { holmAdjusted } from "../statistics/holm.ts";
import type { Aspect, ComparisonTest, Difference, Weight } from "./comparison.ts";

/**
 * How often a comparison of two runs of one program may call anything changed. It is small because a gate compares each
 * commit: with 5 % every twentieth would be stopped by noise.
 */
export const ERROR_RATE = 0.001;

/** A difference whose weight holds only if its test, where it has one, says so. */
export interface Draft {
  readonly aspect: Aspect;
  readonly weight: Weight;
  readonly text: string;
  readonly test?: Omit<ComparisonTest, "adjusted">;
}

const GRAVITY: { readonly [W in Weight]: number } = {
  weaker: 4,
  unclear: 3,
  changed: 2,
  better: 1,
  same: 0,
};

/** The gravest of them; `same` where there are none. */
export function gravest(differences: readonly { readonly weight: Weight }[]): Weight {
  return differences.reduce<Weight>(
    (worst, { weight }) => (GRAVITY[weight] > GRAVITY[worst] ? weight : worst),
    "same",
  );
}

/** The drafts of each row or setting as differences, with one correction over all of them. */
export function settleDrafts(groups: readonly (readonly Draft[])[]): Difference[][] {
  const tested = groups.flat().flatMap(({ test }) => (test === undefined ? [] : [test]));
  const adjusted = holmAdjusted(tested.map(({ pValue }) => pValue));
  let next = 0;
  return groups.map((drafts) =>
    drafts.map(({ test, ...draft }) => {
      if (test === undefined) return draft;
      const whole = { ...test, adjusted: adjusted[next] ?? 1 };
      next += 1;
      const counts = whole.adjusted <= ERROR_RATE && whole.isLarge;
      return { ...draft, weight: counts ? draft.weight : "same", test: whole };
    }),
  );
}

/** How many tests there are in all. */
export function countTests(groups: readonly (readonly Draft[])[]): number {
  return groups.flat().filter(({ test }) => test !== undefined).length;
}
