// What the parser of strace's output refuses, each with its code and its line.
import { describe, expect, test } from "vitest";
import { codeOf, parseText } from "./fixtures/parse-text.ts";
import { TraceParser } from "./trace-parser.ts";

describe("what is refused", () => {
  test.each<readonly [string, readonly string[]]>([
    ["no number", ["close(3) = 0"]],
    ["an empty line", [""]],
    ["strace's own words", ["strace: exec: Permission denied"]],
    ["a program of 32 bits", ["[ Process PID=7 runs in 32 bit mode. ]"]],
    ["words", ["7 hello world"]],
    ["no closing bracket", ["7 close(3 = 0"]],
    ["a string without an end", ['7 write(3, "\\x61, 1) = 1']],
    ["a byte that is none", ['7 write(3, "\\xg1", 1) = 1']],
    ["lists without end", [`7 f(${"[".repeat(100)}) = 0`]],
    ["two calls at once", ["7 read(0 <unfinished ...>", "7 close(3) = 0"]],
    ["an end without a start", ["7 <... read resumed>) = 0"]],
    ["the end of another call", ["7 read(0 <unfinished ...>", "7 <... readv resumed>) = 0"]],
    ["an exec that nobody began", ["7 +++ superseded by execve in pid 8 +++"]],
    ["an unknown end", ["7 +++ vanished +++"]],
    ["an end that is cut", ["7 +++ exited with 0"]],
    ["a signal that is cut", ["7 --- SIGCHLD {si_signo"]],
  ])("%s", (_what, lines) => {
    expect(codeOf(...lines)).toBe("not-understood");
  });

  test("the error names the line", () => {
    expect(() => parseText("7 close(3) = 0", "7 what is this")).toThrowError(
      expect.objectContaining({ line: "7 what is this" }),
    );
  });

  test("a program that strace let go of", () => {
    expect(codeOf("7 read(0, <detached ...>")).toBe("tracer-failed");
  });

  test("a line that outgrows its limit", () => {
    const parser = new TraceParser({ lineBytes: 100 }, () => undefined);
    parser.push(Buffer.from(`7 write(3, "${"a".repeat(80)}`));
    expect(() => parser.push(Buffer.from("a".repeat(80)))).toThrowError(
      expect.objectContaining({ code: "trace-too-large" }),
    );
  });
});
