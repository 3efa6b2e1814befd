// Quantities as people read them.
import { expect, test } from "vitest";
import { bytesText, countText, microsText, syncsText } from "./measured-quantity.ts";

test("times have three figures and a unit that fits", () => {
  const texts = [0, 0.1513, 9.999, 254.975, 999.9, 2127.871, 40_612, 1_500_000].map(microsText);
  expect(texts).toEqual([
    "0 us",
    "0.151 us",
    "10 us",
    "255 us",
    "1,000 us",
    "2.13 ms",
    "40.6 ms",
    "1.5 s",
  ]);
});

test("bytes and counts", () => {
  expect([0, 64, 6336, 1024, 1_500_000, 2 ** 33].map(bytesText)).toEqual([
    "0 B",
    "64 B",
    "6.19 KiB",
    "1 KiB",
    "1.43 MiB",
    "8 GiB",
  ]);
  expect([0, 999.6, 3_934_460].map(countText)).toEqual(["0", "1,000", "3,934,460"]);
});

test("syncs are told as a share of one", () => {
  expect([null, 0, 1, 1.5, 0.999, 0.1, 0.0102, 1 / 69_905].map(syncsText)).toEqual([
    "-",
    "0",
    "1.00",
    "1.50",
    "1.00",
    "1/10",
    "1/98",
    "1/69,905",
  ]);
});
