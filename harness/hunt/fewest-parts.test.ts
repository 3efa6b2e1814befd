// Delta debugging finds exactly what is needed, and never more than a set without a spare part.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fewestParts } from "./fewest-parts.ts";

const parts = Array.from({ length: 12 }, (_, index) => index);

test("where certain parts are needed, it finds them and no others", async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(parts), async (needed) => {
      const found = await fewestParts(parts, async (some) =>
        needed.every((part) => some.includes(part)),
      );
      expect(found).toEqual(needed);
    }),
  );
});

test("where parts stand in for each other, no single part of the result can go", async () => {
  const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pairs, async (either) => {
      const works = async (some: readonly number[]): Promise<boolean> =>
        either.every(([one, other]) => some.includes(one) || some.includes(other));
      const found = (await fewestParts(parts, works)) ?? [];
      expect(await works(found)).toBe(true);
      for (const part of found) {
        expect(await works(found.filter((each) => each !== part))).toBe(false);
      }
    }),
  );
});

test("where not even all parts work there is no answer", async () => {
  expect(await fewestParts(parts, async () => false)).toBeUndefined();
});
