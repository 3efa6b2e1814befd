// Text of a subject cannot steer a terminal, and cannot fill it.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeText } from "./escape-text.ts";

describe("escapeText", () => {
  it("writes controls, separators, direction marks and lone halves as escapes", () => {
    expect(escapeText("a\u001b[31mb\u009b\n\u202e\u2028\ud800", 100)).toBe(
      "a\\x1b[31mb\\x9b\\x0a\\u202e\\u2028\\ud800",
    );
  });

  it("leaves other text alone", () => {
    expect(escapeText("déjà vu 漢字 😀", 100)).toBe("déjà vu 漢字 😀");
  });

  it("cuts to the limit, never between the halves of a pair", () => {
    expect(escapeText("abcdef", 4)).toBe("abc…");
    expect(escapeText("ab😀cd", 4)).toBe("ab…");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const shown = escapeText(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});
