// Exact bounds on a chance from "k of n": Clopper and Pearson, Biometrika 26 (1934), 404-413.
import { betaQuantile } from "./special-functions.ts";

/** Both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How far the library's inverse was checked against its forward function, see the test. */
const TRIES_MAX = 10_000_000;
const CONFIDENCE_MAX = 0.9999;

/**
 * The largest chance under which `hits` or fewer of `tries` are not rarer than 1 - `confidence`: a one-sided
 * bound. The tries are independent and their number was fixed beforehand.
 * @throws RangeError for counts that make no sense, and outside of what was checked
 */
export function upperBound(hits: number, tries: number, confidence = 0.95): number {
  requireCounts(hits, tries, confidence);
  // From the small tail: the inverse loses its way where it is asked for all but a thousandth of a million tries.
  return hits === tries ? 1 : 1 - betaQuantile(tries - hits, hits + 1, 1 - confidence);
}

/** The smallest chance under which `hits` or more of `tries` are not rarer than 1 - `confidence`. */
export function lowerBound(hits: number, tries: number, confidence = 0.95): number {
  requireCounts(hits, tries, confidence);
  return hits === 0 ? 0 : betaQuantile(hits, tries - hits + 1, 1 - confidence);
}

/** Both bounds, each with half of what is left of `confidence`; 0 to 1 where nothing was tried. */
export function binomialInterval(hits: number, tries: number, confidence = 0.95): Interval {
  const oneSided = (1 + confidence) / 2;
  return { low: lowerBound(hits, tries, oneSided), high: upperBound(hits, tries, oneSided) };
}

function requireCounts(hits: number, tries: number, confidence: number): void {
  const counts = Number.isInteger(tries) && tries >= 0 && tries <= TRIES_MAX;
  if (!counts || !Number.isInteger(hits) || hits < 0 || hits > tries) {
    throw new RangeError(
      `${hits} of ${tries}: whole numbers are needed, at most ${TRIES_MAX} tries.`,
    );
  }
  if (confidence >= 0.5 && confidence <= CONFIDENCE_MAX) return;
  throw new RangeError(`a confidence from 0.5 to ${CONFIDENCE_MAX} is needed, not ${confidence}`);
}
