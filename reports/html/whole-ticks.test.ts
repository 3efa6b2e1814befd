// Ticks of counts and of logarithmic axes.
import { expect, test } from "vitest";
import { powersOfTen } from "./powers-of-ten.ts";
import { wholeTicks } from "./whole-ticks.ts";

test("counts have whole ticks, a handful of them", () => {
  expect(wholeTicks(1)).toEqual([0, 1]);
  expect(wholeTicks(3.75)).toEqual([0, 1, 2, 3]);
  expect(wholeTicks(12)).toEqual([0, 5, 10]);
  expect(wholeTicks(99)).toEqual([0, 20, 40, 60, 80]);
});

test("a logarithmic axis has the powers of ten within it", () => {
  expect(powersOfTen([0.8, 1500])).toEqual([1, 10, 100, 1000]);
  expect(powersOfTen([1, 1000])).toEqual([1, 10, 100, 1000]);
  expect(powersOfTen([2, 9])).toEqual([]);
});
