// A command in one text becomes the words that a shell would make of it, or is refused.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWord } from "../shell-word.ts";
import { splitWords } from "./split-words.ts";
import { UsageError } from "./usage-error.ts";

function refusal(text: string): string {
  try {
    splitWords("write", text);
  } catch (error) {
    if (error instanceof UsageError && error.code === "bad-value") return error.message;
    throw error;
  }
  throw new TypeError("nothing was refused");
}

describe("splitWords", () => {
  it.each<[string, readonly string[]]>([
    ["./store", ["./store"]],
    ["  python3  store.py\twrite ", ["python3", "store.py", "write"]],
    ["a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]],
    [`a'b'"c"\\d`, ["abcd"]],
    [`x '' ""`, ["x", "", ""]],
    [`'$HOME' '|' "a;b" \\&`, ["$HOME", "|", "a;b", "&"]],
    [`"\\"\\\\\\$\\n"`, ['"\\$\\n']],
    ["*.txt ~", ["*.txt", "~"]],
  ])("makes of %s its words", (text, words) => {
    expect(splitWords("write", text)).toEqual(words);
  });

  it.each<[string, string]>([
    ["", "found nothing"],
    ["  ", "found nothing"],
    ["a 'b", "' is not ended"],
    ['a "b', '" is not ended'],
    ["a\\", "\\ is not ended"],
    ["a | b", "| needs a shell"],
    ["a > b", "> needs a shell"],
    ["cd x && y", "& needs a shell"],
    ["a $HOME", "$ needs a shell"],
    ['a "$HOME"', "$ needs a shell"],
    ["a `b`", "` needs a shell"],
  ])("refuses %s", (text, told) => {
    expect(refusal(text)).toContain("--write: ");
    expect(refusal(text)).toContain(told);
  });

  it("reads back what is printed for a shell", () => {
    const words = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(words, (given) => {
        expect(splitWords("write", given.map(shellWord).join(" "))).toEqual(given);
      }),
    );
  });
});
