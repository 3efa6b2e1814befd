// Volatile files: those that a subject says are rebuilt, so that what they hold is of no account.
import { basename } from "node:path";

/** Whether a path, relative to the subject's directory, is that of a volatile file. */
export type VolatileFiles = (path: string) => boolean;

/**
 * `*` and `?` stand for parts of a name, `**` for any directories. A pattern without `/` is held
 * against the last part of a path, one with it against the whole.
 */
export function volatileFiles(patterns: readonly string[]): VolatileFiles {
  const rules = patterns.map((pattern) => ({
    whole: pattern.includes("/"),
    expression: expressionOf(pattern),
  }));
  return (path) =>
    rules.some(({ whole, expression }) => expression.test(whole ? path : basename(path)));
}

function expressionOf(pattern: string): RegExp {
  const body = pattern.replace(/\*\*\/|\*\*|[*?]|[^\w/]/g, (part) => {
    switch (part) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      default:
        return `\\${part}`;
    }
  });
  return new RegExp(`^${body}$`, "s");
}
