// Exhaustive kills of one tour: each bug that a kill can see is convicted.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { killEverywhere, plantedScenario, startKills } from "./fixtures/wal-kills.ts";
import { plantedBugs } from "./planted-bugs.ts";

let supervisor: Supervisor;
beforeAll(async () => {
  supervisor = await startKills();
});
afterAll(() => supervisor.close());

const byKill = plantedBugs.flatMap((bug) =>
  bug.convictedBy.kind === "kill" ? [{ ...bug, proof: bug.convictedBy }] : [],
);

describe.each(byKill)("planted/$name", ({ name, proof }) => {
  test("is convicted by a kill", async () => {
    const convictions = new Set<string>();
    await killEverywhere(plantedScenario(name), supervisor, ({ record }) => {
      for (const { guarantee } of record.violations) {
        convictions.add(guarantee);
      }
      return !proof.guarantees.some((guarantee) => convictions.has(guarantee));
    });
    expect([...convictions].filter((each) => proof.guarantees.includes(each))).not.toEqual([]);
  });
});
