// Tests of payloads: they name themselves, and their text form loses nothing.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { payload, payloadText, readTag, tagText, textPayload } from "./payload.ts";

const tags = fc.record({ operation: fc.nat({ max: 100_000 }), item: fc.nat({ max: 5000 }) });
const seeds = fc.nat({ max: 2 ** 32 - 1 });
const sizes = fc.nat({ max: 200 });

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("a payload begins with its tag and has the size that was asked", () => {
  fc.assert(
    fc.property(seeds, tags, sizes, (seed, tag, size) => {
      const bytes = payload(seed, tag, size);
      const text = tagText(tag.operation, tag.item);
      expect(bytes.length).toBe(size);
      expect(Buffer.from(bytes).toString("latin1").startsWith(text.slice(0, size))).toBe(true);
      expect(readTag(bytes)).toEqual(size < text.length ? undefined : tag);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test("a longer payload of the same record only adds whole words", () => {
  const long = payload(7, { operation: 17, item: 0 }, 105);
  expect(payload(7, { operation: 17, item: 0 }, 45)).toEqual(long.slice(0, 45));
});

test("the bytes are fixed for ever", () => {
  const bytes = payload(1, { operation: 17, item: 2 }, 16);
  expect(Buffer.from(bytes).toString("hex")).toMatchInlineSnapshot(
    `"31372e323a240b9d2ccce6d099f9e041"`,
  );
});

test("all 256 values occur behind the tag", () => {
  const bytes = payload(1, { operation: 0, item: 0 }, 4096);
  expect(new Set(bytes.subarray(4)).size).toBe(256);
});

const behind = (seed: number, operation: number, item: number): string =>
  Buffer.from(payload(seed, { operation, item }, 40)).toString("hex", 4);

test("seed, operation and item each change the bytes behind the tag", () => {
  const drawn = [behind(1, 2, 3), behind(2, 2, 3), behind(1, 3, 3), behind(1, 2, 4)];
  expect(new Set(drawn).size).toBe(4);
});

test.each(["", "1", "17.", "17.0", ".0:", "17.:", "x17.0:", "017.0:", "17.00:", "17:0."])(
  "%j is no tag",
  (text) => {
    expect(readTag(ascii(text))).toBeUndefined();
  },
);

test("a tag of numbers that are too long is none", () => {
  expect(readTag(ascii(`${"9".repeat(17)}.0:`))).toBeUndefined();
  expect(readTag(ascii(`1.${"9".repeat(40)}:`))).toBeUndefined();
  expect(readTag(ascii("9007199254740991.9007199254740991:"))).toEqual({
    operation: Number.MAX_SAFE_INTEGER,
    item: Number.MAX_SAFE_INTEGER,
  });
});

test("the text form is one word and comes back unchanged", () => {
  fc.assert(
    fc.property(seeds, tags, sizes, (seed, tag, size) => {
      const bytes = payload(seed, tag, size);
      const text = payloadText(bytes);
      expect(text).toMatch(/^[\w.:-]*$/);
      expect(Buffer.compare(textPayload(text), bytes)).toBe(0);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("text that nobody wrote gives its own bytes", () => {
  for (const text of ["", "hello", "17.0:a b", "17.0:QUJD=", "17.0:ü"]) {
    expect(Buffer.compare(textPayload(text), Buffer.from(text, "utf8"))).toBe(0);
  }
});
