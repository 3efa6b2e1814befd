// The values of options: from text to a number, with an error that says what is expected.
import { UsageError } from "./usage-error.ts";

const LARGEST_SEED = 0xff_ff_ff_ff;
const LARGEST_COUNT = 1_000_000_000;
const LONGEST_MS = 30 * 24 * 3600 * 1000;
const MS_OF_UNIT: { readonly [unit: string]: number } = {
  "": 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A whole number from 1. */
export function parseCount(option: string, text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= LARGEST_COUNT) return value;
  throw badValue(option, text, "a whole number from 1");
}

/** A share between 0 and 1 from `0.01` or `1%`. */
export function parseShare(option: string, text: string): number {
  const [, digits = "", percent] = /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/.exec(text) ?? [];
  const value = digits === "" ? 0 : Number(digits) / (percent === "%" ? 100 : 1);
  if (value > 0 && value < 1) return value;
  throw badValue(option, text, "a share between 0 and 1, as 0.01 or 1%");
}

/** A 32-bit seed. */
export function parseSeed(option: string, text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  if (value <= LARGEST_SEED) return value;
  throw badValue(option, text, `a whole number from 0 to ${LARGEST_SEED}`);
}

/** A duration in milliseconds from `45`, `45s`, `1.5m` or `1h`; seconds where no unit is given. */
export function parseDurationMs(option: string, text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)([smh]?)$/.exec(text) ?? [];
  const value = Number(digits) * (MS_OF_UNIT[unit] ?? 0);
  if (digits !== "" && value > 0 && value <= LONGEST_MS) return value;
  throw badValue(option, text, "a time such as 45, 45s or 2m, at most 30 days");
}

/** The language of a store to start from. */
export type StarterLanguage = "javascript" | "python";

/** One of the languages that `init` has a store in. */
export function parseLanguage(option: string, text: string): StarterLanguage {
  if (text === "javascript" || text === "python") return text;
  throw badValue(option, text, "javascript or python");
}

function badValue(option: string, found: string, expected: string): UsageError {
  return new UsageError("bad-value", `--${option}: found "${found}", expected ${expected}.`);
}
