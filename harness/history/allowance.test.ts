// Whether a promise has anything in it that a fault could break by a loss.
import { expect, test } from "vitest";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { promisesSurvival, promiseUnder, undoesRecovery } from "./allowance.ts";

const never: StorePromise = {
  kill: { records: 0 },
  power: "since-barrier",
  barriers: [],
  recoverySyncs: false,
  batchesAtomic: true,
  ordered: true,
  lsns: false,
};

test("a store that never syncs promises nothing of a power cut, and all of a kill", () => {
  expect(promisesSurvival(never, "kill")).toBe(true);
  expect(promisesSurvival(never, "power")).toBe(false);
  expect(promisesSurvival(never, "io-error")).toBe(false);
  expect(promisesSurvival(never, "corrupt")).toBe(true);
});

test("a barrier, a recovery that syncs, and a number are promises; a time in a recording is none", () => {
  expect(promisesSurvival({ ...never, barriers: ["sync"] }, "power")).toBe(true);
  expect(promisesSurvival({ ...never, recoverySyncs: true }, "power")).toBe(true);
  expect(promisesSurvival({ ...never, power: { records: 9 } }, "power")).toBe(true);
  expect(promisesSurvival({ ...never, power: { milliseconds: 9 } }, "power")).toBe(false);
  expect(promisesSurvival({ ...never, kill: "anything", barriers: ["sync"] }, "kill")).toBe(false);
});

test("what undoes a recovery", () => {
  expect(undoesRecovery(never, "power")).toBe(true);
  expect(undoesRecovery(never, "io-error")).toBe(true);
  expect(undoesRecovery(never, "kill")).toBe(false);
  expect(undoesRecovery({ ...never, recoverySyncs: true }, "power")).toBe(false);
  expect(undoesRecovery({ ...never, recoverySyncs: true, power: "anything" }, "power")).toBe(true);
});

test("behind an I/O error a power cut may take what an I/O error may, and else what it may itself", () => {
  const promise: StorePromise = { ...never, power: { records: 0 }, ioError: { records: 3 } };
  expect(promiseUnder(promise, "io-error").power).toEqual({ records: 3 });
  expect(promiseUnder(promise, "power")).toEqual(promise);
  expect(promiseUnder(never, "io-error").power).toBe("since-barrier");
});
