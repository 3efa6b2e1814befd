// The answers of a child: cut anywhere they read the same, and each breach is told.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerLog, type AskedOperations } from "./answer-log.ts";
import { type ChildLine, formatChildLine } from "./protocol.ts";

function breachOf(text: string, asked: AskedOperations = { first: 5, count: 3 }): unknown {
  const log = new AnswerLog(asked, () => undefined);
  const taken = log.receive(Buffer.from(text));
  expect(taken).toBe(log.breach === undefined);
  return log.breach?.code;
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
          log.receive(bytes.subarray(from, places[index + 1] ?? bytes.length));
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

  it("takes answers of several in flight in any order, each once", () => {
    const asked = { first: 5, count: 6, concurrency: 3 };
    expect(breachOf("ack 7\nack 5\nerr 9 EIO no\nack 8\nack 6\nack 10\n", asked)).toBeUndefined();
    expect(breachOf("ack 8\n", asked)).toBe("answered-out-of-order");
    expect(breachOf("ack 7\nack 6\nack 10\n", asked)).toBe("answered-out-of-order");
    expect(breachOf("ack 6\nack 5\nerr 6 EIO no\n", asked)).toBe("answered-twice");
    expect(breachOf("ack 11\n", asked)).toBe("unknown-operation");
  });

  it("takes nothing behind a breach, and keeps what stood before it", () => {
    const log = new AnswerLog({ first: 0, count: 3 }, () => undefined);
    expect(log.receive(Buffer.from("ack 0\nhello\nack 1\n"))).toBe(false);
    expect(log.receive(Buffer.from("ack 1\n"))).toBe(false);
    expect(log.lines).toEqual([{ kind: "ack", operation: 0, lsns: [] }]);
    expect(log.breach?.code).toBe("malformed-line");
  });
});
