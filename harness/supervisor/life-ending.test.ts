// How the end of a writer is told, and when a command is taken for one that cannot open its store.
import { describe, expect, it } from "vitest";
import { writeJob } from "./fixtures/command-jobs.ts";
import { endedUnasked, endText, openFailure } from "./life-ending.ts";
import type { ChildEnd } from "./running-child.ts";

const JOB = writeJob("/s", { kind: "end" });
const ENDED: ChildEnd = {
  lines: [],
  rest: "ended",
  exitCode: 3,
  signal: null,
  killed: false,
  output: "first\n the disk is gone \n\n",
  asked: 1,
  times: { answeredAtMs: [] },
  contained: true,
};
const { asked: _, ...OF_MODULE } = ENDED;
const CLOSED: ChildEnd = { ...ENDED, lines: [{ kind: "closed", calls: 0 }], exitCode: 0 };

describe("the end of a writer", () => {
  it("is its exit; of a command with its last words, and with what it owed", () => {
    expect(endText(JOB, OF_MODULE)).toBe("exit code 3");
    expect(endText(JOB, ENDED)).toBe("exit code 3: the disk is gone");
    expect(endText(JOB, { ...ENDED, signal: "SIGSEGV", output: "" })).toBe("signal SIGSEGV");
    const lines: ChildEnd["lines"] = [{ kind: "ack", operation: 10, lsns: [] }];
    const hung: ChildEnd = { ...ENDED, rest: "hung", asked: 2, lines };
    expect(endText(JOB, hung)).toBe("no answer to operation 11: the disk is gone");
    const overtaken = lines.map((line) => ({ ...line, operation: 11 }));
    const early = { ...hung, lines: overtaken };
    expect(endText(JOB, early)).toBe("no answer to operation 10: the disk is gone");
    expect(endText(JOB, { ...hung, asked: 1, output: "" })).toBe("it did not end with its input");
  });

  it("came before the first answer only where nothing else explains it", () => {
    expect(endedUnasked(ENDED)).toBe(true);
    const others: readonly ChildEnd[] = [
      OF_MODULE,
      CLOSED,
      { ...ENDED, killed: true },
      { ...ENDED, rest: "hung" },
      { ...ENDED, rest: "broke-protocol" },
      { ...ENDED, times: { answeredAtMs: [1] } },
    ];
    expect(others.map(endedUnasked)).toEqual(others.map(() => false));
  });
});

describe("the start that is asked nothing", () => {
  it("failed where it ended otherwise than by a close", () => {
    const text = "the disk is gone";
    expect(openFailure(ENDED)).toEqual({ kind: "open-failed", code: "exit-3", text });
    const killed = openFailure({ ...ENDED, exitCode: null, signal: "SIGSEGV", output: "" });
    expect(killed).toEqual({ kind: "open-failed", code: "SIGSEGV", text: "it printed no error" });
  });

  it("tells nothing where it closed, or was too slow", () => {
    expect(openFailure(CLOSED)).toBeUndefined();
    expect(openFailure({ ...ENDED, rest: "hung" })).toBeUndefined();
  });
});
