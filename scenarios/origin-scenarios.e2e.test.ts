// What the gate says of each scenario of the stores that never sync what they append.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCampaign } from "../harness/campaign.ts";
import { originScenarios } from "./origin-scenarios.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "origin-scenarios-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const LOG_SYNC =
  /^an fdatasync of \d+\.log before the acknowledgement of (append|batch) \d+ \(mildest .*: ext4\)$/;
const EVENT_SYNC =
  /^an fdatasync of events\.jsonl before the acknowledgement of (append|batch) \d+ \(mildest .*: ext4\)$/;

test.each([
  { name: "lsm/flush", fault: "power", verdict: "held" },
  { name: "lsm/sync", fault: "power", verdict: "held" },
  { name: "events/flush", fault: "power", verdict: "held" },
  { name: "events/sync", fault: "power", verdict: "held" },
  { name: "lsm/believed-durable", fault: "power", verdict: "violated", prevention: LOG_SYNC },
  { name: "events/believed-durable", fault: "power", verdict: "violated", prevention: EVENT_SYNC },
  // No kill tells a belief in durability from the truth.
  { name: "lsm/believed-durable", fault: "kill", verdict: "held" },
  { name: "events/believed-durable", fault: "kill", verdict: "held" },
] as const)("$name under $fault: $verdict", async ({ name, fault, verdict, ...expected }) => {
  // So few trials need not strike everywhere.
  const scenarios = originScenarios
    .filter((scenario) => scenario.name === name)
    .map((scenario) => ({ ...scenario, requiredStrata: [] }));
  const out = join(folder, `${name.replace("/", "-")}-${fault}`);
  const asked = { scenarios, seed: 5, trials: 2, concurrency: 2, faults: [fault], out };
  const result = await runCampaign(asked);
  expect(result.verdict).toBe(verdict);
  if ("prevention" in expected) {
    const [violation] = result.scenarios[0]?.violations ?? [];
    expect(violation?.guarantee).toBe("nothing-lost");
    expect(violation?.prevention).toMatch(expected.prevention);
  }
});
