// Errors of ackproof's own: told, and never taken for a verdict.
import { EXIT, type ExitCode } from "./exit-code.ts";

/** Lines of a stack that are told, and the most characters of each. */
const LINES_LIMIT = 20;
const LINE_LIMIT = 500;

/** Writes the error to standard error, with nothing in it that steers a terminal. */
export function tellOwnError(error: unknown): ExitCode {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = told
    .split("\n", LINES_LIMIT)
    .map((line) => line.slice(0, LINE_LIMIT).replaceAll(/\p{Cc}/gu, " "));
  process.stderr.write(`ackproof: an error of its own, no verdict:\n${lines.join("\n")}\n`);
  return EXIT.internal;
}

// Node would end with 1, which means "violated". This file comes first among the imports of the
// command line, so that an error while the others are loaded is caught as well.
process.on("uncaughtException", (error) => process.exit(tellOwnError(error)));
