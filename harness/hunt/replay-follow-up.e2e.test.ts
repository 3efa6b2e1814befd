// A violation that shows only when the store is written on behind its recovery is replayed by writing on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCampaign } from "../campaign.ts";
import { systemClock } from "../clock.ts";
import { readInstallation } from "../installation.ts";
import { tornLineScenario } from "../power/fixtures/torn-line-scenario.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { readArtifact } from "./artifact.ts";
import { replayArtifact } from "./replay.ts";

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "follow-up-"));
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

test("as the trial did, from the artifact", async () => {
  const out = join(folder, "report");
  const keeps = tornLineScenario({ onTear: "keep" });
  const campaign = { scenarios: [keeps], seed: 3, trials: 1, concurrency: 1, out };
  const result = await runCampaign({ ...campaign, faults: ["power"] });
  expect(result.verdict).toBe("violated");
  const [violation] = result.scenarios[0]?.violations ?? [];
  const artifact = join(out, "violations", violation?.id ?? "");
  const { history } = readArtifact(artifact);
  const after = history.events.slice(history.events.findLastIndex(({ kind }) => kind === "crash"));
  expect(after.map(({ kind }) => kind)).toEqual([
    "crash",
    "recovered",
    "recovered",
    "open",
    "opened",
    "invoked",
    "acknowledged",
    "invoked",
    "acknowledged",
    "closed",
    "recovered",
  ]);
  const replayed = await replayArtifact(artifact, [keeps], supervisor);
  expect(replayed).toMatchObject({
    verdict: "violated",
    violations: [violation].map((one) => ({ guarantee: one?.guarantee })),
  });
  expect(replayed.history.events).toEqual(history.events);
  const mended = await replayArtifact(artifact, [tornLineScenario({ onTear: "cut" })], supervisor);
  expect(mended.verdict).toBe("held");
});
