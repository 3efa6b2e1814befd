// A command is killed before each of its file operations: the one gap it has is found at its place.
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { readInstallation } from "../installation.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import type { TrialOutcome } from "../trial.ts";
import { appends, fsStore, programScenario, replacingStore } from "./fixtures/program-scenario.ts";
import { type OperationKillsResult, runOperationKills } from "./operation-kills.ts";

let supervisor: Supervisor;
beforeAll(async () => {
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
});
afterAll(() => supervisor.close());
beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

interface Killed {
  readonly result: OperationKillsResult;
  readonly outcomes: readonly TrialOutcome[];
}

async function killEverywhere(mode: string, lives: readonly number[] = [2]): Promise<Killed> {
  const outcomes: TrialOutcome[] = [];
  const { stdout: python } = await execa("python3", ["-c", "import sys; print(sys.executable)"]);
  const scenario = programScenario(replacingStore(python), mode);
  const onOutcome = (outcome: TrialOutcome): boolean => outcomes.push(outcome) > 0;
  const workload = appends(lives);
  const result = await runOperationKills({ scenario, workload, onOutcome }, supervisor);
  return { result, outcomes };
}

test("a sound one holds at each, every time before the operation that was meant", async () => {
  const { result, outcomes } = await killEverywhere("sound");
  // Of each record: a file is made, written and renamed.
  expect(result).toEqual({ kind: "exact", reasons: [], operations: 6, trials: 6 });
  expect(outcomes.map(({ record }) => record.verdict)).toEqual(Array(6).fill("held"));
  expect(outcomes.map(({ record }) => record.lives[0]?.acknowledgedRecords)).toEqual([
    0, 0, 0, 1, 1, 1,
  ]);
  expect(outcomes[5]?.record.lives[0]?.evidence).toMatch(/killed itself before file operation 6/);
});

test("one that removes its file first is convicted before the rename behind that", async () => {
  const { result, outcomes } = await killEverywhere("gap");
  expect(result).toMatchObject({ kind: "exact", operations: 7, trials: 7 });
  const broken = outcomes.filter(({ record }) => record.verdict === "violated");
  expect(broken.map(({ record }) => record.lives[0]?.plan)).toEqual([
    expect.stringMatching(/^kill:operation=7:rename\w*=2$/),
  ]);
  expect(outcomes.map(({ record }) => record.verdict).slice(0, 6)).toEqual(Array(6).fill("held"));
});

test("of one with several threads that write it is told that they are approximate", async () => {
  const { result } = await killEverywhere("threads");
  expect(result.kind).toBe("approximate");
  expect(result).toMatchObject({
    reasons: expect.arrayContaining(["2 threads or processes write its files"]),
  });
});

test("a chain of lives, or a module, is not killed so", async () => {
  expect((await killEverywhere("sound", [1, 1])).result).toMatchObject({ kind: "not-killed" });
  const scenario = programScenario(fsStore, "sound");
  const request = { scenario, workload: appends([1]), onOutcome: () => true };
  const result = await runOperationKills(request, supervisor);
  expect(result).toEqual({ kind: "not-killed", because: "the store is no command" });
});
