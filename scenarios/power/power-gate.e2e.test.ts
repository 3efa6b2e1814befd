// Power cuts in a campaign: a bug that no kill sees is convicted, and its artifact alone is the disk again.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCampaign } from "../../harness/campaign.ts";
import { systemClock } from "../../harness/clock.ts";
import { parseFault } from "../../harness/faults/parse-fault.ts";
import { readArtifact } from "../../harness/hunt/artifact.ts";
import { explainViolation } from "../../harness/hunt/explain-violation.ts";
import { replayArtifact } from "../../harness/hunt/replay.ts";
import { readInstallation } from "../../harness/installation.ts";
import { runPowerTrial } from "../../harness/power/power-trial.ts";
import { type Supervisor, startSupervisor } from "../../harness/supervisor/supervisor.ts";
import { scenarios } from "../registry.ts";

/** What the log of each bug lacks. */
const REMEDIES: readonly (readonly [bug: string, remedy: RegExp])[] = [
  ["planted/fsync-left-out", /^an fdatasync of \S+\.wal before the acknowledgement of append \d+$/],
  ["planted/directory-not-synced", /^an fsync of the directory store before the acknowledgement /],
];
const PLANTED = scenarios.filter(({ name }) => name === "planted/fsync-left-out");

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "power-gate-"));
  const { childFile } = readInstallation();
  const limits = { powerMs: 2_000 };
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock, limits });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

describe("a log that leaves its fsync out", () => {
  it("is convicted by the first power cuts, and replayed from the artifact", async () => {
    const out = join(folder, "report");
    const campaign = { scenarios: PLANTED, seed: 3, trials: 1, concurrency: 1, out };
    const result = await runCampaign({ ...campaign, faults: ["power"] });
    expect(result.verdict).toBe("violated");
    const id = result.scenarios[0]?.violations[0]?.id ?? "";
    const artifact = join(out, "violations", id);
    const replayed = await replayArtifact(artifact, PLANTED, supervisor);
    expect(replayed).toMatchObject({ verdict: "violated" });
    expect(replayed.violations[0]?.guarantee).toBe(result.scenarios[0]?.violations[0]?.guarantee);
    // The first violation is shrunk: of up to three lives and 120 operations each not much is left.
    expect(replayed.history.workload.lives.flat().length).toBeLessThan(30);
    // The disk comes from the recording, so the copy of the store may be missing files.
    expect(existsSync(join(artifact, "store"))).toBe(true);
  });

  it("does not replay a recording that was altered", async () => {
    const id = "planted-fsync-left-out-power-0";
    const artifact = join(folder, "report", "violations", id);
    const trace = join(artifact, "trace.bin");
    writeFileSync(trace, readFileSync(trace, "utf8").replace('"kind":"write"', '"kind":"wrote"'));
    await expect(replayArtifact(artifact, PLANTED, supervisor)).rejects.toMatchObject({
      code: "corrupt",
    });
  });
});

describe("what a replay tells", () => {
  it.each(REMEDIES)("of %s is the sync that it lacks", async (bug, remedy) => {
    const out = join(folder, "report-of", bug);
    mkdirSync(join(folder, "report-of", "planted"), { recursive: true });
    const planted = scenarios.filter(({ name }) => name === bug);
    const campaign = { scenarios: planted, seed: 3, trials: 1, concurrency: 1, out };
    const result = await runCampaign({ ...campaign, faults: ["power"] });
    const violation = result.scenarios[0]?.violations[0];
    expect(violation?.prevention).toContain("before the acknowledgement of append");
    const artifact = join(out, "violations", violation?.id ?? "");
    const { explanation } = await replayArtifact(artifact, planted, supervisor);
    if (explanation?.kind !== "explained") throw new Error("not explained");
    expect(explanation.explanation.remedy?.text).toMatch(remedy);
    expect(explanation.mildest).toBe("ext4");
  });
});

describe("an explanation", () => {
  it("is none where values do not fit each other, or the store dies", async () => {
    const artifact = join(folder, "report-of", REMEDIES[0]?.[0] ?? "", "violations");
    const [id = ""] = readdirSync(artifact);
    const { trial, history, trace } = readArtifact(join(artifact, id));
    const { record } = trial;
    const { power } = record;
    const [planted] = PLANTED;
    if (planted === undefined || power === undefined) throw new Error("no such scenario");
    const module = join(folder, "dies.mjs");
    writeFileSync(module, "export default { open() {}, recover() { process.exit(3); } };\n");
    const whole = { ...trial, events: history.events, trace };
    const badChoice = { ...power, crash: { at: 1_000_000, choice: "floor; keep inode x" } };
    const asked = [
      explainViolation({ ...whole, events: history.events.slice(1) }, planted, supervisor),
      explainViolation({ ...whole, record: { ...record, power: badChoice } }, planted, supervisor),
      explainViolation(whole, { ...planted, subject: { module } }, supervisor),
    ];
    for (const answer of asked) expect(await answer).toMatchObject({ kind: "unexplained" });
  });
});

describe("a store that hangs in its worker", () => {
  it("is inconclusive, with the reason", async () => {
    const module = join(folder, "hangs.mjs");
    writeFileSync(module, "export default { open() { for (;;); }, recover() { return []; } };\n");
    const [planted] = PLANTED;
    const fault = parseFault("power");
    if (planted === undefined || fault.kind !== "power") throw new Error("no such scenario");
    const scenario = { ...planted, subject: { module } };
    const { record } = await runPowerTrial({ scenario, fault, trial: 0, seed: 1 }, supervisor);
    expect(record).toMatchObject({ verdict: "inconclusive" });
    expect(record.problem).toContain("no answer within 2000 ms");
  });
});
