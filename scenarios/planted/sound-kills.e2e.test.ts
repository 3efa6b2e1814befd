// Exhaustive kills of one tour: no sound mode is ever convicted.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import type { TrialOutcome } from "../../harness/trial.ts";
import { walScenarios } from "../wal-scenarios.ts";
import { killEverywhere, startKills } from "./fixtures/wal-kills.ts";

let supervisor: Supervisor;
beforeAll(async () => {
  supervisor = await startKills();
});
afterAll(() => supervisor.close());

describe.each(walScenarios)("$name", (scenario) => {
  test("keeps its promises when it is killed before and after each call", async () => {
    const broken: TrialOutcome["record"][] = [];
    const trials = await killEverywhere(scenario, supervisor, ({ record }) => {
      if (record.verdict !== "held") {
        broken.push(record);
      }
      return true;
    });
    expect(broken).toEqual([]);
    // A tour of fewer calls would no longer pass the places that it is made for.
    expect(trials).toBeGreaterThan(150);
  });
});
