// When a row has seen enough: rules that are asked after each trial, on plain numbers.

/** Trials that ended, and how many of them broke a promise. */
export interface TrialCounts {
  readonly trials: number;
  readonly violations: number;
}

/**
 * The fewest trials that bound the chance of a violation below `chance` with this confidence where none of them
 * showed one: ln(1 - confidence) / ln(1 - chance), rounded up. 59 for 5 %, 299 for 1 %, 2995 for 0.1 %, at 95 %.
 * @throws RangeError where either is not between 0 and 1
 */
export function trialsForBound(chance: number, confidence = 0.95): number {
  requireShare("chance", chance);
  requireShare("confidence", confidence);
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-chance));
}

/**
 * Curtailed sampling: a violation decides at once, and without one the exact bound decides after `needed` trials
 * (see trialsForBound). The bound at the end is the one-sided one of Clopper and Pearson; stopping early
 * takes nothing from it, for the rule stops early only where it is not claimed.
 */
export function curtailed(counts: TrialCounts, needed: number): "go-on" | "enough" {
  return counts.violations > 0 || counts.trials >= needed ? "enough" : "go-on";
}

/** Two chances of a violation to tell apart, and how often either may be taken for the other. */
export interface SequentialPlan {
  /** A chance that is good enough: at most this is to be accepted. */
  readonly acceptable: number;
  /** A chance that is not: at least this is to be rejected; larger than `acceptable`. */
  readonly rejectable: number;
  /** How often what is just acceptable may be rejected. */
  readonly falseAlarms: number;
  /** How often what is just rejectable may be accepted. */
  readonly misses: number;
}

/**
 * Wald's sequential probability ratio test (Ann. Math. Stat. 16, 1945): `at-most` says that the chance is
 * at most `acceptable`, `at-least` that it is at least `rejectable`, each as far as the plan's error rates go: their true
 * rates e and f keep e <= falseAlarms / (1 - misses), f <= misses / (1 - falseAlarms), and e + f at most the sum planned.
 * Trials are independent. It ends with certainty, and on average sooner than a fixed number of
 * trials with the same errors would.
 * @throws RangeError where the plan makes no sense
 */
export function sequentialTest(
  { trials, violations }: TrialCounts,
  plan: SequentialPlan,
): "go-on" | "at-most" | "at-least" {
  requirePlan(plan);
  const { acceptable, rejectable, falseAlarms, misses } = plan;
  const evidence =
    violations * Math.log(rejectable / acceptable) +
    (trials - violations) * (Math.log1p(-rejectable) - Math.log1p(-acceptable));
  if (evidence >= Math.log((1 - misses) / falseAlarms)) return "at-least";
  return evidence <= Math.log(misses / (1 - falseAlarms)) ? "at-most" : "go-on";
}

function requirePlan({ acceptable, rejectable, falseAlarms, misses }: SequentialPlan): void {
  for (const [name, value] of Object.entries({ acceptable, rejectable, falseAlarms, misses })) {
    requireShare(name, value);
  }
  if (acceptable < rejectable && falseAlarms + misses < 1) return;
  throw new RangeError(
    `acceptable ${acceptable} has to be smaller than rejectable ${rejectable}, and the error rates less than 1 together`,
  );
}

function requireShare(name: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new RangeError(`${name}: found ${value}, expected a number between 0 and 1`);
}
