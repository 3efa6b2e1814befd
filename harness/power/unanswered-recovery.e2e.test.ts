// Recoveries that never end, or take their process along: convicted by the disk they fail on, and replayed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCampaign } from "../campaign.ts";
import { systemClock } from "../clock.ts";
import { parseFault } from "../faults/parse-fault.ts";
import { replayArtifact } from "../hunt/replay.ts";
import { readInstallation } from "../installation.ts";
import type { Scenario } from "../scenario.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { tornLineScenario } from "./fixtures/torn-line-scenario.ts";
import { type PowerTrialOutcome, runPowerTrial } from "./power-trial.ts";

const LIMIT_MS = 700;
/** What ends by itself, or by its memory, is waited for however busy the machine is. */
const PATIENCE_MS = 120_000;

let folder = "";
let supervisor: Supervisor;
let patient: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "unanswered-"));
  const { childFile } = readInstallation();
  const start = (memoryRecoveryMs: number): Promise<Supervisor> => {
    const limits = { memoryRecoveryMs, recoveryHeapBytes: 2 ** 26 };
    return startSupervisor({ childFile, concurrency: 1, clock: systemClock, limits });
  };
  supervisor = await start(LIMIT_MS);
  patient = await start(PATIENCE_MS);
});

afterAll(async () => {
  await Promise.all([supervisor.close(), patient.close()]);
  rmSync(folder, { recursive: true });
});

async function attempt(
  scenario: Scenario,
  rest: Partial<Parameters<typeof runPowerTrial>[0]> = {},
  by = supervisor,
): Promise<PowerTrialOutcome> {
  const fault = parseFault("power");
  if (fault.kind !== "power") throw new Error("no such fault");
  return runPowerTrial({ scenario, fault, trial: 0, seed: 1, ...rest }, by);
}

test.each([
  { onTear: "loop", message: `did not end within ${LIMIT_MS} ms`, endless: true },
  { onTear: "exit", message: "died: its process ended with exit code 7", endless: false },
  { onTear: "grow", message: "died: its process ended with SIGABRT", endless: false },
  { onTear: "open-loop", message: `it did not end within ${LIMIT_MS} ms`, endless: true },
])("a recovery that does this is a violation: $onTear", async ({ onTear, message, endless }) => {
  const by = endless ? supervisor : patient;
  const { record, trace } = await attempt(tornLineScenario({ onTear }), {}, by);
  expect(record.problem).toBeUndefined();
  expect(record.verdict).toBe("violated");
  expect(record.violations[0]?.guarantee).toBe("recovery-succeeds");
  expect(record.violations[0]?.message).toContain(message);
  expect(record.power?.crash?.choice).toContain("keep");
  expect(trace).toBeDefined();
});

test("so is one that the recording itself stops at", async () => {
  const lives = [{ ending: { kind: "idle" } }, { ending: { kind: "power" } }] as const;
  const { record, history } = await attempt(tornLineScenario({ onTear: "loop", always: true }, 2), {
    plan: { lives },
  });
  expect(record).toMatchObject({ verdict: "violated", power: { crash: { choice: "newest" } } });
  expect(history.events.slice(-3)).toMatchObject([
    { kind: "crash", fault: "kill" },
    { kind: "crash", fault: "power" },
    { kind: "recovered", outcome: { kind: "hung", limitMs: LIMIT_MS } },
  ]);
});

test("one that ends when it is repeated proves nothing", async () => {
  const marker = join(folder, "marker");
  const { record } = await attempt(tornLineScenario({ onTear: "loop", marker }));
  expect(record).toMatchObject({ verdict: "inconclusive", violations: [] });
  expect(record.problem).toBe(
    `the worker gave no answer within ${LIMIT_MS} ms, in a recovery; a recovery of the same disk alone did not fail so`,
  );
});

test("a campaign tells it, and its replay says the same", async () => {
  const out = join(folder, "report");
  const scenario = tornLineScenario({ onTear: "exit" });
  const result = await runCampaign({
    scenarios: [scenario],
    seed: 3,
    trials: 1,
    concurrency: 1,
    out,
  });
  expect(result.verdict).toBe("violated");
  const artifact = join(out, "violations", result.scenarios[0]?.violations[0]?.id ?? "");
  const looping = tornLineScenario({ onTear: "loop" });
  const replayed = await replayArtifact(artifact, [looping], supervisor);
  expect(replayed.verdict).toBe("violated");
  expect(replayed.violations[0]?.message).toContain(`did not end within ${LIMIT_MS} ms`);
  const mended = await replayArtifact(
    artifact,
    [tornLineScenario({ onTear: "open-loop" })],
    supervisor,
  );
  expect(mended.verdict).toBe("held");
});
