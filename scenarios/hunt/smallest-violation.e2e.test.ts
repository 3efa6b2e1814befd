// What a campaign keeps of its first violation: the smallest workload, and the least lost or damaged on its disk.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCampaign } from "../../harness/campaign.ts";
import { systemClock } from "../../harness/clock.ts";
import { parseCrashChoice } from "../../harness/disk/crash-choice.ts";
import { type Artifact, readArtifact } from "../../harness/hunt/artifact.ts";
import { type ReplayResult, replayArtifact } from "../../harness/hunt/replay.ts";
import { readInstallation } from "../../harness/installation.ts";
import { type Supervisor, startSupervisor } from "../../harness/supervisor/supervisor.ts";
import { scenarios } from "../registry.ts";

/** The log's scenarios draw twelve operations a life and more; the limits of time leave some over. */
const FEW = 8;

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "smallest-violation-"));
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

interface Kept {
  readonly artifact: Artifact;
  readonly replayed: ReplayResult;
  readonly told: string;
}

/** Runs one trial of the planted bug; what its artifact holds, and what a replay of it says. */
async function keptOf(bug: string, fault: string): Promise<Kept> {
  const planted = scenarios.filter(({ name }) => name === `planted/${bug}`);
  const out = join(folder, `${bug}-${fault.replace(":", "-")}`);
  const campaign = { scenarios: planted, seed: 3, trials: 1, concurrency: 1, out };
  const result = await runCampaign({ ...campaign, faults: [fault] });
  const [violation] = result.scenarios[0]?.violations ?? [];
  const path = join(out, "violations", violation?.id ?? "none");
  const replayed = await replayArtifact(path, planted, supervisor);
  return { artifact: readArtifact(path), replayed, told: violation?.message ?? "" };
}

describe("a power cut's violation", () => {
  it.each([
    ["fsync-left-out", "power"],
    ["directory-not-synced", "power"],
    ["fsync-left-out", "power:ext4"],
  ])("of %s under %s is one thing lost after a few operations", async (bug, fault) => {
    const { artifact, replayed, told } = await keptOf(bug, fault);
    const { record } = artifact.trial;
    const { clauses } = parseCrashChoice(record.power?.crash?.choice ?? "none");
    expect(clauses).toHaveLength(1);
    expect(artifact.history.workload.lives.flat().length).toBeLessThanOrEqual(FEW);
    expect(record.lives).toHaveLength(artifact.history.workload.lives.length);
    expect(record.violations[0]?.message).toBe(told);
    // The disk of the artifact is that of the explanation, and breaks the same promise again.
    expect(replayed.verdict).toBe("violated");
    expect(replayed.violations[0]?.message).toBe(told);
    const { explanation } = replayed;
    if (explanation?.kind !== "explained") throw new Error("not explained");
    expect(explanation.explanation.choice).toBe(record.power?.crash?.choice);
    expect(explanation.explanation.at).toBe(record.power?.crash?.at);
  });
});

describe("a corruption's violation", () => {
  it("is one flipped bit of a store of a few operations", async () => {
    const { artifact, replayed, told } = await keptOf("no-checksum", "corrupt:flip");
    const { record } = artifact.trial;
    expect(record.corruption?.change).toMatch(/^flip \S+ 0x[0-9a-f]+\.[0-7]$/);
    expect(artifact.history.workload.lives.flat().length).toBeLessThanOrEqual(FEW);
    expect(record.violations[0]?.message).toBe(told);
    expect(replayed.verdict).toBe("violated");
    expect(replayed.violations[0]?.message).toBe(told);
  });
});
