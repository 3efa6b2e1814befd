// From a command, written as in a shell, to its words; no shell is involved.
import { UsageError } from "./usage-error.ts";

/** What a shell would act on; here it would reach the program as a word, which nobody means. */
const OPERATORS = "|&;<>()$`";

/**
 * Splits at blanks. Quotes and backslashes are read as a POSIX shell reads them; nothing is expanded.
 * @throws UsageError `bad-value` where a quote is left open, a shell would be needed, or no word is there
 */
export function splitWords(option: string, text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; ) {
    const letter = text[at] ?? "";
    if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    if (OPERATORS.includes(letter)) throw needsShell(option, text, letter);
    const part = readPart(option, text, at);
    word = (word ?? "") + part.text;
    at = part.end;
  }
  if (word !== undefined) words.push(word);
  if (words.length > 0) return words;
  throw new UsageError(
    "bad-value",
    `--${option}: found nothing, expected a program and its words.`,
  );
}

interface Part {
  readonly text: string;
  /** Where the next part begins. */
  readonly end: number;
}

/** What stands between quotes, behind a backslash, or for itself. */
function readPart(option: string, text: string, at: number): Part {
  const letter = text[at] ?? "";
  if (letter === "'") {
    const close = text.indexOf("'", at + 1);
    if (close < 0) throw openQuote(option, text, letter);
    return { text: text.slice(at + 1, close), end: close + 1 };
  }
  if (letter === '"') return readDoubleQuoted(option, text, at);
  if (letter !== "\\") return { text: letter, end: at + 1 };
  if (at + 1 === text.length) throw openQuote(option, text, letter);
  return { text: text[at + 1] ?? "", end: at + 2 };
}

function readDoubleQuoted(option: string, text: string, at: number): Part {
  let inner = "";
  for (let index = at + 1; index < text.length; index += 1) {
    const letter = text[index] ?? "";
    if (letter === '"') return { text: inner, end: index + 1 };
    if (letter === "$" || letter === "`") throw needsShell(option, text, letter);
    const next = text[index + 1] ?? "";
    const escapes = letter === "\\" && next !== "" && '"\\$`'.includes(next);
    if (escapes) index += 1;
    inner += escapes ? next : letter;
  }
  throw openQuote(option, text, '"');
}

function openQuote(option: string, text: string, letter: string): UsageError {
  return new UsageError(
    "bad-value",
    `--${option}: found "${text}", in which ${letter} is not ended.`,
  );
}

function needsShell(option: string, text: string, letter: string): UsageError {
  return new UsageError(
    "bad-value",
    `--${option}: found "${text}", in which ${letter} needs a shell, and none is started. Quote it with '...', or name a script.`,
  );
}
