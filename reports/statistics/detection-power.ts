// How many trials it takes to convict a planted bug, from the trials that did, with an exact interval.
import { lowerBound, upperBound } from "./binomial-interval.ts";
import { betaQuantile } from "./special-functions.ts";

/** The mean number of trials for one that convicts. */
export interface DetectionPower {
  /** `null` where none convicted: then all that is known is that it takes more than `low`. */
  readonly trials: number | null;
  readonly low: number;
  /** `null` where nothing bounds it. */
  readonly high: number | null;
  readonly convictions: number;
  /** Trials up to the conviction that ended the hunt, or all of them. */
  readonly hunted: number;
}

/** A hunt: which of its trials convicted, from 0 and ascending, of so many. */
export interface ConvictingTrials {
  readonly numbers: readonly number[];
  readonly trials: number;
  /** The hunt goes on until so many have convicted, or its budget ends. */
  readonly stopAt: number;
}

/**
 * Trials are independent and each convicts with one unknown chance p. A hunt that ended at its r-th conviction took
 * a negative binomial number n of trials: n/r estimates 1/p without bias, and the bounds on p are those of "r or
 * more in n" and "r - 1 or fewer in n - 1" (J. B. S. Haldane, Biometrika 33, 1945; with r = 1 the geometric law). One that
 * its budget ended has the bounds of Clopper and Pearson, and where none convicted a one-sided one: "more than".
 */
export function detectionPower(hunt: ConvictingTrials, confidence = 0.95): DetectionPower {
  const last = hunt.numbers[hunt.stopAt - 1];
  return last === undefined
    ? fromBudget(hunt.numbers.length, hunt.trials, confidence)
    : fromConvictions(hunt.stopAt, last + 1, confidence);
}

/**
 * The power from several hunts of one bug that each ended at the first conviction: `trials` of each, in any order.
 * @throws RangeError where there is no hunt
 */
export function powerOfHunts(trials: readonly number[], confidence = 0.95): DetectionPower {
  if (trials.length === 0) throw new RangeError("no hunt, so nothing is known of the power");
  const hunted = trials.reduce((sum, each) => sum + each, 0);
  return fromConvictions(trials.length, hunted, confidence);
}

function fromConvictions(convictions: number, hunted: number, confidence: number): DetectionPower {
  const tail = (1 - confidence) / 2;
  const misses = hunted - convictions;
  const least = betaQuantile(convictions, misses + 1, tail);
  const most = misses === 0 ? 1 : 1 - betaQuantile(misses, convictions, tail);
  return { trials: hunted / convictions, low: 1 / most, high: 1 / least, convictions, hunted };
}

function fromBudget(convictions: number, hunted: number, confidence: number): DetectionPower {
  if (convictions === 0) {
    const low = hunted === 0 ? 1 : 1 / upperBound(0, hunted, confidence);
    return { trials: null, low, high: null, convictions, hunted };
  }
  const oneSided = (1 + confidence) / 2;
  return {
    trials: hunted / convictions,
    low: 1 / upperBound(convictions, hunted, oneSided),
    high: 1 / lowerBound(convictions, hunted, oneSided),
    convictions,
    hunted,
  };
}
