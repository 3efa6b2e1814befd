// LSNs: both parts come back, and the largest is still exact.
import { expect, test } from "vitest";
import { INDEX_MAX, indexOf, LIFE_MAX, lifeOf, makeLsn } from "./lsn.ts";

test.each([
  [1, 1],
  [1, INDEX_MAX],
  [2, 0],
  [LIFE_MAX, INDEX_MAX],
])("life %i, index %i", (life, index) => {
  const lsn = makeLsn(life, index);
  expect([lifeOf(lsn), indexOf(lsn)]).toEqual([life, index]);
  expect(Number.isSafeInteger(lsn)).toBe(true);
});

test("a later life's first LSN is over every earlier one", () => {
  expect(makeLsn(2, 1)).toBeGreaterThan(makeLsn(1, INDEX_MAX));
});

test("the largest LSN is the largest safe integer", () => {
  expect(makeLsn(LIFE_MAX, INDEX_MAX)).toBe(Number.MAX_SAFE_INTEGER);
});
