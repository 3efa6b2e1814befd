// When there are colours.
import { describe, expect, it } from "vitest";
import { wantsColours } from "./paint.ts";

describe("wantsColours", () => {
  const terminal = { isTTY: true };

  it("is true on a terminal alone", () => {
    expect(wantsColours(terminal, {})).toBe(true);
    expect(wantsColours({ isTTY: false }, {})).toBe(false);
    expect(wantsColours({}, {})).toBe(false);
  });

  it("honours NO_COLOR where it holds anything, and a terminal that can do nothing", () => {
    expect(wantsColours(terminal, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColours(terminal, { NO_COLOR: "" })).toBe(true);
    expect(wantsColours(terminal, { TERM: "dumb" })).toBe(false);
  });
});
