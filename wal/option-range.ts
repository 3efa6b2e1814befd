// The range of a number among the options, and the words of a refusal.
import { WalError } from "./wal-error.ts";

/** An option that is a whole number. */
export interface OptionRange {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** @throws WalError `bad-option`. */
export function checkOptionRange(value: unknown, { name, least, most }: OptionRange): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    const found = shownOption(value);
    throw refusedOption(name, `must be a whole number from ${least} to ${most}, not ${found}`);
  }
}

/** A value as a refusal names it. */
export function shownOption(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The error `bad-option`, which names the option first. */
export function refusedOption(name: string, sentence: string): WalError {
  return new WalError("bad-option", `Option ${name} ${sentence}.`);
}
