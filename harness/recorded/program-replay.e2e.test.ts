// The artifact of a program's power cut is replayed: it breaks again, and holds once it is mended.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCampaign } from "../campaign.ts";
import { systemClock } from "../clock.ts";
import { replayArtifact } from "../hunt/replay.ts";
import { readInstallation } from "../installation.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { oneFileStore, programScenario } from "./fixtures/program-scenario.ts";

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "program-replay-"));
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

/** The artifact tells the mode; a mended program is sound in each. */
function mend(words: readonly string[]): readonly string[] {
  return ["env", "ACKPROOF_MODE=sound", ...words];
}

test("from the artifact of a campaign", async () => {
  const out = join(folder, "report");
  const broken = programScenario(oneFileStore, "refuses-empty");
  const campaign = { scenarios: [broken], seed: 3, trials: 1, concurrency: 1, out };
  const { verdict, scenarios } = await runCampaign({ ...campaign, faults: ["power"] });
  expect(verdict).toBe("violated");
  const [violation] = scenarios[0]?.violations ?? [];
  expect(violation?.guarantee).toBe("recovery-succeeds");
  const artifact = join(out, "violations", violation?.id ?? "");
  const replayed = await replayArtifact(artifact, [broken], supervisor);
  expect(replayed.verdict).toBe("violated");
  expect(replayed.violations[0]?.guarantee).toBe("recovery-succeeds");
  const { write, recover } = oneFileStore.command;
  const mended = {
    ...broken,
    subject: { command: { write: mend(write), recover: mend(recover) } },
  };
  expect((await replayArtifact(artifact, [mended], supervisor)).verdict).toBe("held");
});
