// Under a fault that only informs, what breaks is told as a finding, and the verdict is that of a row that held.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCampaign } from "../campaign.ts";
import { systemClock } from "../clock.ts";
import { replayArtifact } from "../hunt/replay.ts";
import { readInstallation } from "../installation.ts";
import { tornLineScenario } from "../power/fixtures/torn-line-scenario.ts";
import { startSupervisor } from "../supervisor/supervisor.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "findings-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("power:alice tells findings, with artifacts, and holds", async () => {
  const out = join(folder, "report");
  const scenario = tornLineScenario({ onTear: "keep" });
  const campaign = { scenarios: [scenario], seed: 3, trials: 2, concurrency: 1, out };
  const result = await runCampaign({ ...campaign, faults: ["power:alice"] });
  const [row] = result.scenarios;
  expect(row).toMatchObject({ verdict: "held", violations: [], violatingTrials: 0 });
  expect(row?.findingTrials).toBeGreaterThan(0);
  expect(row?.twin?.convicted).toBe(true);
  const [finding] = row?.findings ?? [];
  const artifact = join(out, "violations", finding?.id ?? "");
  expect(finding?.replay).toContain(finding?.id);
  expect(existsSync(artifact)).toBe(true);
  expect(finding?.story?.events.some(({ kind }) => kind === "sync")).toBe(true);
  expect(finding?.story?.crash).toContain("The power failed");
  expect(JSON.parse(readFileSync(join(out, "result.json"), "utf8"))).toMatchObject({
    verdict: "held",
    scenarios: [{ findings: row?.findings }],
  });
  const { childFile } = readInstallation();
  const supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
  try {
    const { violations } = await replayArtifact(artifact, [scenario], supervisor);
    expect(violations[0]?.guarantee).toBe(finding?.guarantee);
  } finally {
    await supervisor.close();
  }
});
