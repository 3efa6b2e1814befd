// The special functions that the statistics rest on, of Moshier's Cephes library, ready once this is imported.
import { createRequire } from "node:module";

/** What is used of the library, whose own types its `exports` hide. */
interface Cephes {
  bdtr(successes: number, tries: number, chance: number): number;
  chdtrc(degrees: number, x: number): number;
  incbi(a: number, b: number, probability: number): number;
  lgam(x: number): number;
  ndtr(x: number): number;
}

// The CommonJS build compiles its WebAssembly while it is loaded; the other would make each importer wait for it.
const require = createRequire(import.meta.url);
const cephes: Cephes = require("cephes");

/** Probability of at most so many successes in independent tries of one chance. */
export function binomialAtMost(successes: number, tries: number, chance: number): number {
  return cephes.bdtr(successes, tries, chance);
}

/** Probability that chi-square with so many degrees of freedom exceeds x. */
export function chiSquareAbove(degrees: number, x: number): number {
  return cephes.chdtrc(degrees, x);
}

/** The x at which the beta distribution with parameters a and b has reached a probability. */
export function betaQuantile(a: number, b: number, probability: number): number {
  return cephes.incbi(a, b, probability);
}

/** Natural logarithm of n over k. */
export function logChoose(n: number, k: number): number {
  return cephes.lgam(n + 1) - cephes.lgam(k + 1) - cephes.lgam(n - k + 1);
}

/** Probability that a standard normal variable lies as far from 0 as z, or farther. */
export function normalBeyond(z: number): number {
  return 2 * cephes.ndtr(-Math.abs(z));
}
