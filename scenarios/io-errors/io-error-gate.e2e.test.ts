// I/O errors in a campaign: what is told of them, and that a violation's artifact alone is the disk again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCampaign } from "../../harness/campaign.ts";
import { replayArtifact } from "../../harness/hunt/replay.ts";
import type { CampaignResult } from "../../harness/result.ts";
import { withSupervisor } from "../../harness/with-supervisor.ts";
import { scenarios } from "../registry.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "io-error-gate-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A campaign of one scenario, in a directory of its name. */
async function campaign(
  name: string,
  asked: { readonly fault: string; readonly trials: number },
): Promise<CampaignResult> {
  const out = join(folder, name.replace("/", "-"), asked.fault.replace(":", "-"));
  const named = scenarios.filter((scenario) => scenario.name === name);
  const { fault, trials } = asked;
  return runCampaign({ scenarios: named, seed: 7, trials, concurrency: 1, out, faults: [fault] });
}

describe("a campaign of I/O errors", () => {
  test("holds for the log, and tells which calls failed", async () => {
    const { scenarios: rows } = await campaign("wal/sync", { fault: "io-error", trials: 24 });
    const [row] = rows;
    expect(row).toMatchObject({ verdict: "held", reasons: [], twin: { convicted: true } });
    const struck = Object.values(row?.ioErrors ?? {}).reduce((sum, count) => sum + count, 0);
    expect(struck).toBeGreaterThan(12);
    expect(struck).toBeLessThanOrEqual(24);
  });

  test("each call fails in its turn, in each way", async () => {
    const { scenarios: rows } = await campaign("wal/sync", { fault: "io-error:each", trials: 9 });
    // The first trial draws, the others take the first call from its beginning.
    expect(rows[0]?.ioErrors?.["open:EIO"]).toBeGreaterThanOrEqual(6);
    expect(rows[0]).toMatchObject({ violatingTrials: 0, inconclusiveTrials: 0 });
  });

  test("is inconclusive where its failure never strikes", async () => {
    const { scenarios: rows } = await campaign("wal/sync", { fault: "io-error:slow", trials: 4 });
    expect(rows[0]).toMatchObject({ verdict: "inconclusive" });
    // What did not strike was not judged.
    expect(rows[0]?.reasons).toEqual([
      "0 crashes struck; at least 1 are needed.",
      "No call failed of: sync.",
      "No crash fell in: append, batch, rotation, checkpoint, recovery.",
    ]);
  });

  test("convicts a log that retries a sync, and replays it from the artifact", async () => {
    const name = "planted/sync-retried-and-believed";
    const { scenarios: rows } = await campaign(name, { fault: "io-error", trials: 40 });
    const [violation] = rows[0]?.violations ?? [];
    expect(rows[0]?.verdict).toBe("violated");
    const artifact = join(folder, name.replace("/", "-"), "io-error", "violations");
    const replayed = await withSupervisor((supervisor) =>
      replayArtifact(join(artifact, violation?.id ?? ""), scenarios, supervisor),
    );
    expect(replayed.verdict).toBe("violated");
    expect(replayed.violations[0]?.guarantee).toBe(violation?.guarantee);
    expect(replayed.history.events.some(({ kind }) => kind === "io-error")).toBe(true);
  });
});
