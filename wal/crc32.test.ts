// The checksum against zlib's, on both sides of the size where zlib takes over.
import { crc32 as zlibCrc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

const lengths = [0, 1, 7, 8, 9, 20, 52, 255, 256, 257, 1000];

test.each(lengths)("%i bytes", (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 151) & 0xff);
  expect(crc32(bytes, 0)).toBe(zlibCrc32(bytes));
  expect(crc32(bytes, 0xdeadbeef)).toBe(zlibCrc32(bytes, 0xdeadbeef));
});

test("the check value of the polynomial", () => {
  expect(crc32(Buffer.from("123456789"), 0)).toBe(0xcbf43926);
});

test("a chained checksum is the checksum of the whole, and a range is its slice", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), (bytes, cut) => {
      const middle = Math.min(cut, bytes.length);
      expect(crc32(bytes, crc32(bytes, 0, 0, middle), middle)).toBe(crc32(bytes, 0));
      expect(crc32(bytes, 7, 0, middle)).toBe(crc32(bytes.slice(0, middle), 7));
    }),
  );
});

test("equal bytes with different starts never have equal checksums", () => {
  const words = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), words, words, (bytes, one, other) => {
      expect(crc32(bytes, one) === crc32(bytes, other)).toBe(one === other);
    }),
  );
});
