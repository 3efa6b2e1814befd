// The line protocol: every line comes back as it was said, and a wrong one is named.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChildLine,
  formatChildLine,
  formatOperation,
  type OperationLine,
  parseChildLine,
  parseOperation,
} from "./protocol.ts";
import { SupervisorError } from "./supervisor-error.ts";

const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const code = fc.stringMatching(/^[\w.:-]{1,64}$/);
/** Text as a line carries it: printable, not beginning or ending with a space. */
const text = fc.stringMatching(/^([!-~][ -~]{0,60}[!-~])?$/);
const value = fc.stringMatching(/^[!-~]{1,40}$/);

const childLine: fc.Arbitrary<ChildLine> = fc.oneof(
  fc.record({
    kind: fc.constant("ack" as const),
    operation: number,
    lsns: fc.array(number, { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant("err" as const), operation: number, code, text }),
  fc.record({ kind: fc.constantFrom("opened", "done", "closed"), calls: number }),
  fc.record({ kind: fc.constant("open-failed" as const), code, text }),
  fc.record({ kind: fc.constant("bad-subject" as const), text }),
  fc.constant({ kind: "ready" as const }),
  fc.record({
    kind: fc.constant("at" as const),
    n: number,
    edge: fc.constantFrom("before", "after"),
    call: code,
    namesChanging: fc.boolean(),
    file: text,
  }),
);

const operationLine: fc.Arbitrary<OperationLine> = fc.oneof(
  fc.record({
    operation: number,
    kind: fc.constant("append" as const),
    values: fc.array(value, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({ operation: number, kind: fc.constant("batch" as const), values: fc.array(value) }),
  fc.record({
    operation: number,
    kind: fc.constantFrom("checkpoint", "sync", "truncate", "reopen"),
    values: fc.constant([]),
  }),
);

function codeOf(perform: () => unknown): unknown {
  try {
    perform();
  } catch (error) {
    return error instanceof SupervisorError ? error.code : error;
  }
  return undefined;
}

describe("what a child says", () => {
  it("comes back as it was said", () => {
    fc.assert(
      fc.property(childLine, (said) => {
        expect(parseChildLine(formatChildLine(said))).toEqual(said);
      }),
    );
  });

  it("is always one line, whatever an error's text holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (hostile, hostileCode) => {
        const line = formatChildLine({
          kind: "err",
          operation: 7,
          code: hostileCode,
          text: hostile,
        });
        expect(line).not.toMatch(/[\n\r]/);
        expect(line.length).toBeLessThan(600);
        expect(parseChildLine(line)).toMatchObject({ kind: "err", operation: 7 });
      }),
    );
  });

  it.each([
    "",
    "hello",
    "ready now",
    "ack",
    "ack x",
    "ack -1",
    "ack 01",
    "ack 1 2,x",
    "ack 1 2,",
    "ack 1 2 3",
    "ack 99999999999999999",
    "err 1",
    "err 1 b@d text",
    "opened",
    "done 1 2",
    "at 1 during write data f",
    "at 1 before write both f",
    "at x before write data f",
  ])("is refused where it is malformed: %j", (line) => {
    expect(codeOf(() => parseChildLine(line))).toBe("malformed-line");
  });

  it("is never thrown about as anything but a protocol error", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect([undefined, "malformed-line"]).toContain(codeOf(() => parseChildLine(line)));
      }),
    );
  });

  it("names a wrong line, cut", () => {
    const long = `ack ${"9".repeat(10_000)}`;
    expect(() => parseChildLine(long)).toThrow(
      expect.objectContaining({ line: expect.stringMatching(/^ack 9{116}\.\.\. \(10004 char/) }),
    );
  });
});

describe("an operation's line", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(operationLine, (line) => {
        expect(parseOperation(formatOperation(line))).toEqual(line);
      }),
    );
  });

  it("reads as the protocol's page says", () => {
    const line = { operation: 1, kind: "batch", values: ["1.0:aa", "1.1:bb"] } as const;
    expect(formatOperation(line)).toBe("1 batch 1.0:aa 1.1:bb");
  });

  it.each(["", "x append a", "1 append", "1 append a b", "1 sync now", "1 drop", "1 append  a"])(
    "is refused where it is malformed: %j",
    (line) => {
      expect(codeOf(() => parseOperation(line))).toBe("malformed-line");
    },
  );
});
