// The fault `corrupt` in a campaign: the sound log holds, a log without checksums is convicted and replayed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../harness/clock.ts";
import { runSupervisedCorruption } from "../../harness/corruption/supervised-trial.ts";
import { parseCorruption } from "../../harness/disk/corruption-text.ts";
import { parseFault } from "../../harness/faults/parse-fault.ts";
import { readArtifact } from "../../harness/hunt/artifact.ts";
import { readInstallation } from "../../harness/installation.ts";
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import { startSupervisor } from "../../harness/supervisor/supervisor.ts";
import { walScenario } from "../wal-scenarios.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "corrupt-gate-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

const cli = new URL("../../dist/cli.js", import.meta.url).pathname;

async function ackproof(...given: readonly string[]): Promise<{ code: number; out: string }> {
  const { exitCode, stdout } = await execa(process.execPath, [cli, ...given], { reject: false });
  return { code: exitCode ?? -1, out: stdout };
}

function resultOf(out: string): ScenarioResult {
  const result: CampaignResult = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
  const [scenario] = result.scenarios;
  if (scenario === undefined) throw new Error("no scenario ran");
  return scenario;
}

it("holds for the sound log, whose limit of detection is told", async () => {
  const out = join(folder, "sound");
  const campaign = ["gate", "--fault", "corrupt", "--trials", "2", "--seed", "7", "--out", out];
  const { code, out: told } = await ackproof(...campaign, "wal/sync");
  expect(code).toBe(0);
  const { corruptions, crashes, twin, violatingTrials } = resultOf(out);
  expect({ crashes, violatingTrials }).toEqual({ crashes: 128, violatingTrials: 0 });
  expect(twin?.convicted).toBe(true);
  const { noticed = 0, harmless = 0, lostSilently = 0 } = corruptions ?? {};
  expect(noticed + harmless + lostSilently).toBe(128);
  expect(noticed).toBeGreaterThan(0);
  expect(told).toContain(
    `damage: noticed ${noticed}, harmless ${harmless}, lost silently ${lostSilently}`,
  );
});

it("convicts a log without checksums, and its artifact is the damaged store", async () => {
  const out = join(folder, "planted");
  const campaign = ["gate", "--fault", "corrupt:flip", "--trials", "2", "--seed", "7"];
  expect((await ackproof(...campaign, "--out", out, "planted/no-checksum")).code).toBe(1);
  const id = resultOf(out).violations[0]?.id ?? "";
  const path = join(out, "violations", id);
  const { trial, store } = readArtifact(path);
  expect(parseCorruption(trial.record.corruption?.change ?? "").kind).toBe("flip");
  expect(trial.record.lives[0]?.plan).toBeDefined();
  expect(existsSync(join(store, "000000000001.wal"))).toBe(true);
  const replayed = await ackproof("replay", path);
  expect(replayed.code).toBe(1);
  expect(replayed.out).toContain("It breaks again.");
});

it("does not tell a silent loss as mended, for a replay cannot judge it", async () => {
  const out = join(folder, "silent");
  const campaign = ["gate", "--fault", "corrupt", "--trials", "4", "--seed", "7", "--out", out];
  const { code } = await ackproof(...campaign, "planted/damage-taken-for-tail");
  expect(code).toBe(1);
  const [violation] = resultOf(out).violations;
  expect(violation?.guarantee).toBe("damage-noticed");
  const replayed = await ackproof("replay", join(out, "violations", violation?.id ?? ""));
  expect(replayed.code).toBe(3);
});

it("is named by list and doctor", async () => {
  for (const command of ["list", "doctor"]) {
    const { out } = await ackproof(command);
    expect(out).toContain("corrupt:misplace");
  }
});

it("is inconclusive where the worker gives no answer in time", async () => {
  const { childFile } = readInstallation();
  const limits = { powerMs: 1 };
  const supervisor = await startSupervisor({
    childFile,
    concurrency: 1,
    clock: systemClock,
    limits,
  });
  try {
    const fault = parseFault("corrupt");
    if (fault.kind !== "corrupt") throw new Error("no such fault");
    const request = { scenario: walScenario("sync"), fault, trial: 0, seed: 1 };
    const { record } = await runSupervisedCorruption(request, supervisor);
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toContain("no answer within 1 ms");
  } finally {
    await supervisor.close();
  }
});
