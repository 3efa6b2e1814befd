// Tests of the fault `corrupt`: its texts, whom it applies to, and that its plan comes from the seed.
import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { appendPromise } from "../guarantees/fixtures/append-promise.ts";
import { corruptFault, corruptTexts } from "./corrupt.ts";
import type { FaultTarget } from "./fault.ts";

const corruption = { damageCodes: ["damaged"], silentLoss: ["behind-last-proof"] } as const;
const target = (given: Partial<FaultTarget>): FaultTarget => ({
  subject: { module: "./store.mjs" },
  usesStoragePort: true,
  promise: () => ({ ...appendPromise, corruption }),
  ...given,
});
const workload = { seed: 1, options: {}, lives: [[], [], []] };

test("each text is that of its fault", () => {
  expect(corruptTexts).toContain("corrupt");
  for (const text of corruptTexts) expect(corruptFault(text)?.text).toBe(text);
  expect(corruptFault("corrupt:burn")).toBeUndefined();
  expect(corruptFault("toString")).toBeUndefined();
});

test("it applies to stores that promise to notice and use the storage port", async () => {
  const fault = corruptFault("corrupt");
  expect(fault?.appliesTo(target({}))).toBe(true);
  expect(fault?.appliesTo(target({ usesStoragePort: false }))).toBe(false);
  expect(fault?.appliesTo(target({ promise: () => appendPromise }))).toBe(false);
  expect(await fault?.needs(systemClock)).toEqual({ available: true });
});

test("a plan comes from the seed and has an end a life", () => {
  const plan = corruptFault("corrupt:flip")?.plan(7, workload, target({}));
  expect(corruptFault("corrupt:flip")?.plan(7, workload, target({}))).toEqual(plan);
  expect(plan).toMatchObject({ kinds: ["flip"] });
  expect(plan?.ends).toHaveLength(3);
});

test("it strikes where something was judged", async () => {
  const fault = corruptFault("corrupt");
  const plan = fault?.plan(7, workload, target({}));
  if (fault === undefined || plan === undefined) throw new Error("there is no fault corrupt");
  expect(await fault.strike(plan, { corrupt: async () => 3 })).toMatchObject({ struck: true });
  expect(await fault.strike(plan, { corrupt: async () => 0 })).toMatchObject({ struck: false });
});
