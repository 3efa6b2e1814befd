// Numbers in words: units that fit, three digits that count, bounds that stay bounds.
import { expect, test } from "vitest";
import {
  boundText,
  bytesText,
  countText,
  microsText,
  millisText,
  shortNumber,
} from "./number-text.ts";

test("counts and short numbers", () => {
  expect(countText(1234567)).toBe("1,234,567");
  expect([0, 0.012345, 1.2345, 123.45, 1234.5].map(shortNumber)).toEqual([
    "0",
    "0.0123",
    "1.23",
    "123",
    "1,235",
  ]);
});

test("times and sizes in the unit that fits", () => {
  expect([0, 0.17, 2.5, 999, 1250, 2_500_000].map(microsText)).toEqual([
    "0",
    "170 ns",
    "2.5 µs",
    "999 µs",
    "1.25 ms",
    "2.5 s",
  ]);
  expect([0, 0.196, 12, 1500].map(millisText)).toEqual(["0", "196 µs", "12 ms", "1.5 s"]);
  expect([64, 16_384, 5 * 1024 ** 2, 8 * 1024 ** 3].map(bytesText)).toEqual([
    "64 B",
    "16 KiB",
    "5 MiB",
    "8 GiB",
  ]);
});

test("a bound is rounded up", () => {
  expect(boundText(0.015801)).toBe("1.59\u00a0%");
});
