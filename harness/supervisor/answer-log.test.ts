// The answers of a child: cut anywhere they read the same, and each breach is told.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerLog } from "./answer-log.ts";
import { type ChildLine, formatChildLine } from "./protocol.ts";
import { SupervisorError } from "./supervisor-error.ts";

function breachOf(text: string, asked = { first: 5, count: 3 }): unknown {
  const log = new AnswerLog(asked, () => undefined);
  try {
    log.push(Buffer.from(text));
  } catch (error) {
    return error instanceof SupervisorError ? error.code : error;
  }
  return undefined;
}

describe("AnswerLog", () => {
  it("reads the same lines however they arrive, and drops an incomplete last one", () => {
    const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 10 });
    fc.assert(
      fc.property(fc.nat({ max: 20 }), cuts, fc.nat({ max: 3 }), (count, at, lost) => {
        const said = Array.from(
          { length: count },
          (_, index): ChildLine => ({ kind: "ack", operation: index, lsns: [index * 7] }),
        );
        const whole = Buffer.from(said.map((line) => `${formatChildLine(line)}\n`).join(""));
        const bytes = whole.subarray(0, whole.length - lost);
        const heard: ChildLine[] = [];
        const log = new AnswerLog({ first: 0, count }, (line) => heard.push(line));
        const places = [0, ...at.filter((place) => place < bytes.length).sort((a, b) => a - b)];
        for (const [index, from] of places.entries()) {
          log.push(bytes.subarray(from, places[index + 1] ?? bytes.length));
        }
        expect(heard).toEqual(said.slice(0, lost === 0 || count === 0 ? count : count - 1));
        expect(log.lines).toEqual(heard);
      }),
    );
  });

  it("takes answers in order, refused or acknowledged", () => {
    expect(breachOf("opened 4\nack 5\nerr 6 ENOSPC full\nack 7 1\ndone 9\n")).toBeUndefined();
  });

  it.each([
    ["an answer to an operation that was not asked", "ack 4\n", "unknown-operation"],
    ["an answer beyond the last operation", "ack 5\nack 6\nack 7\nack 8\n", "unknown-operation"],
    ["a second answer", "ack 5\nack 5\n", "answered-twice"],
    ["a refusal of what was acknowledged", "ack 5\nerr 5 EIO no\n", "answered-twice"],
    ["an answer that overtakes another", "ack 6\n", "answered-out-of-order"],
    ["a line that is none", "hello\n", "malformed-line"],
    ["a line without an end", "x".repeat(5 * 1024 * 1024), "line-too-long"],
  ])("refuses %s", (_, text, code) => {
    expect(breachOf(text)).toBe(code);
  });
});
