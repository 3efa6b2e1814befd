// A bug that makes a group wait in vain breaks no promise: it is convicted by the waits that it asks for.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { walSubject } from "../subjects/wal-subject.ts";
import { DELAY_MICROS, leaderWaits } from "./delay-proof.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { loadPlantedSubject } from "./planted-subject.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const bugs = plantedBugs.filter(({ convictedBy }) => convictedBy.kind === "delay");

describe.each(bugs)("$name", ({ name }) => {
  const planted = loadPlantedSubject(dist, name);

  test.each([1, 2, 5])("waits among %i callers where one more is needed", async (callers) => {
    const few = { callers, siblings: callers };
    expect(await leaderWaits(walSubject, few)).toEqual([]);
    expect(await leaderWaits(planted, few)).toEqual([DELAY_MICROS]);
  });

  test("waits as the sound log does where there are enough others", async () => {
    const enough = { callers: 3, siblings: 2 };
    expect(await leaderWaits(walSubject, enough)).toEqual([DELAY_MICROS]);
    expect(await leaderWaits(planted, enough)).toEqual([DELAY_MICROS]);
  });
});
