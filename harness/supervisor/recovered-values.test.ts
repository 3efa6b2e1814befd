// The lines of a recovery by command: values come back, noise is a value that nobody wrote.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundRecord } from "../history/history.ts";
import { payload, payloadText } from "../payload.ts";
import { RecoveredValues } from "./recovered-values.ts";

const LIMITS = { records: 100, bytes: 10_000 };

function read(text: string | Buffer, limits = LIMITS): readonly FoundRecord[] {
  const values = new RecoveredValues(limits);
  values.push(Buffer.from(text));
  return values.finish();
}

function contents(found: readonly FoundRecord[]): readonly string[] {
  return found.map(({ bytes }) => Buffer.from(bytes, "base64").toString("latin1"));
}

describe("values", () => {
  it("come back byte for byte, with their LSNs, however the text is cut", () => {
    const value = fc.record({
      operation: fc.nat({ max: 999 }),
      item: fc.nat({ max: 9 }),
      size: fc.integer({ min: 1, max: 60 }),
      lsn: fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(value),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (all, cut, end) => {
          const payloads = all.map(({ size, ...tag }) => payload(5, tag, size));
          const lines = all.map(({ lsn }, index) => {
            const text = payloadText(payloads[index] ?? new Uint8Array());
            return lsn === undefined ? text : `${text} ${lsn}`;
          });
          const text = lines.join("\n") + (end && lines.length > 0 ? "\n" : "");
          const values = new RecoveredValues(LIMITS);
          for (let at = 0; at < text.length; at += cut) {
            expect(values.push(Buffer.from(text.slice(at, at + cut)))).toBe(true);
          }
          expect(values.finish()).toEqual(
            all.map(({ lsn }, index) => ({
              bytes: Buffer.from(payloads[index] ?? []).toString("base64"),
              ...(lsn === undefined ? {} : { lsn }),
            })),
          );
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it.each([
    "hello there",
    "0.0:aa x",
    "0.0:aa 1 2",
    "0.0:aa 01",
    " 0.0:aa",
    "0.0:aa\r",
    "\u0000\u00ff",
    "",
  ])("what is not one stands for itself: %j", (line) => {
    const found = read(Buffer.from(`${line}\n`, "latin1"));
    expect(contents(found)).toEqual([line]);
    expect(found[0]?.lsn).toBeUndefined();
  });

  it("an LSN that no number can hold is left out", () => {
    expect(read("1 9999999999999999\n")).toEqual([{ bytes: "MQ==" }]);
  });
});

describe("limits", () => {
  it("stop at as many values", () => {
    const values = new RecoveredValues({ records: 3, bytes: 100 });
    expect(values.push(Buffer.from("1\n2\n"))).toBe(true);
    expect(values.push(Buffer.from("3\n4\n5\n"))).toBe(false);
    expect(contents(values.finish())).toEqual(["1", "2", "3"]);
  });

  it("stop at as many bytes", () => {
    const values = new RecoveredValues({ records: 100, bytes: 4 });
    expect(values.push(Buffer.from("12\n34\n56\n"))).toBe(false);
    expect(contents(values.finish())).toEqual(["12", "34"]);
  });

  it("cut a line that is longer than all that was written", () => {
    const values = new RecoveredValues({ records: 100, bytes: 4 });
    expect(values.push(Buffer.from("12345678"))).toBe(true);
    expect(values.push(Buffer.from("9"))).toBe(false);
    expect(values.push(Buffer.from("9"))).toBe(false);
    expect(contents(values.finish())).toEqual(["123456789"]);
  });
});
