// A store that promises nothing of a power cut is measured: what it did is told, and the exit code is not touched.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCampaign } from "../harness/campaign.ts";
import { exitCode } from "../harness/command-line/exit-code.ts";
import type { StorePromise } from "../harness/guarantees/guarantee.ts";
import type { CampaignResult } from "../harness/result.ts";
import { originScenarios } from "./origin-scenarios.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "unpromised-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The store of JSON lines that are never synced, with less of a promise. */
async function run(name: string, less: Partial<StorePromise>): Promise<CampaignResult> {
  const scenario = originScenarios.find((one) => one.name === "events/flush");
  if (scenario === undefined) throw new Error("there is no events/flush");
  const promise = { ...scenario.promise({}), ...less };
  return runCampaign({
    scenarios: [{ ...scenario, promise: () => promise, requiredStrata: [] }],
    seed: 7,
    trials: 2,
    concurrency: 1,
    faults: ["power"],
    out: join(folder, name),
  });
}

test("anything: what broke is told as findings, with their number", async () => {
  const result = await run("anything", { power: "anything" });
  const [row] = result.scenarios;
  expect(row).toMatchObject({
    verdict: "measured",
    violations: [],
    violatingTrials: 0,
    twin: null,
  });
  expect(row?.lostRecordsMax).toBeGreaterThan(0);
  const counted = Object.keys(row?.findingCounts ?? {});
  expect(counted.length > 0).toBe((row?.findingTrials ?? 0) > 0);
  expect(counted).not.toContain("nothing-lost");
  expect(result.verdict).toBe("measured");
  expect(exitCode(result, true)).toBe(0);
});

test("all since a barrier that never comes: measured too", async () => {
  const result = await run("unsynced", { recoverySyncs: false });
  const [row] = result.scenarios;
  expect(row).toMatchObject({ verdict: "measured", violatingTrials: 0, twin: null });
  expect(row?.lostRecordsMax).toBeGreaterThan(0);
});
