// A command is killed before each of its file operations: the one gap it has is found at its place.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCampaign } from "../campaign.ts";
import { systemClock } from "../clock.ts";
import { replayArtifact } from "../hunt/replay.ts";
import { readInstallation } from "../installation.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import type { ScenarioResult } from "../result.ts";
import type { Scenario } from "../scenario.ts";
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

/** A campaign of one row; each of its workloads is killed before each operation. */
async function campaignOf(
  mode: string,
  out: string,
): Promise<{ readonly row: ScenarioResult; readonly scenario: Scenario }> {
  const { stdout: python } = await execa("python3", ["-c", "import sys; print(sys.executable)"]);
  const scenario = programScenario(replacingStore(python), mode);
  const asked = { scenarios: [scenario], seed: 3, trials: 12, concurrency: 1, out };
  const { scenarios } = await runCampaign({ ...asked, faults: ["kill:operation"] });
  const [row] = scenarios;
  if (row === undefined) throw new TypeError("the campaign ran no row");
  return { row, scenario };
}

test("as a campaign's fault: held, violated with an artifact that replays, or approximate", async () => {
  const folder = mkdtempSync(join(tmpdir(), "operation-kills-"));
  try {
    const { row: sound } = await campaignOf("sound", join(folder, "sound"));
    expect(sound).toMatchObject({ verdict: "held", trials: 12, crashes: 12, upperBound95: null });
    const { row: gap, scenario } = await campaignOf("gap", join(folder, "gap"));
    expect(gap.verdict).toBe("violated");
    const artifact = join(folder, "gap", "violations", gap.violations[0]?.id ?? "");
    expect((await replayArtifact(artifact, [scenario], supervisor)).verdict).toBe("violated");
    const { row: threads } = await campaignOf("threads", join(folder, "threads"));
    expect(threads.approximate.join("; ")).toMatch(/threads or processes write its files/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
