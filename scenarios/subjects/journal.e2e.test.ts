// The reference subjects keep the contract, hold under kills, and are convicted of a planted mistake.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCampaign } from "../../harness/campaign.ts";
import { systemClock } from "../../harness/clock.ts";
import { recorderNeeds } from "../../harness/recorder/strace-needs.ts";
import type { CampaignResult } from "../../harness/result.ts";
import type { Scenario } from "../../harness/scenario.ts";
import { isCommand } from "../../harness/subject.ts";
import { subjectSuite } from "../../harness/subject-suite/subject-suite.ts";
import type { ProfileVerdict, Verdict } from "../../harness/trial-record.ts";
import { scenariosOf } from "../configuration/configured-scenarios.ts";
import {
  LANGUAGES,
  type Language,
  missingFor,
  referenceSubject,
} from "./fixtures/reference-subjects.ts";

/** By the check of checkpoints, and by that of truncation, which needs one. */
const LACKING = ["checkpoint", "checkpoint"];

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function scenario(language: Language, mode: string, fault = "kill"): Scenario {
  const subject = referenceSubject(language, folder);
  const workload = {
    lives: fault === "kill" ? { min: 1, max: 2 } : 1,
    operations: fault === "kill" ? { min: 4, max: 20 } : { min: 2, max: 4 },
    weights: { append: 8, batch: 2, sync: 1, reopen: 1 },
  };
  const configured = { name: language, subject, mode, workload, faults: [fault] };
  const [made] = scenariosOf({ scenarios: [configured] }, join(folder, "configuration"));
  if (made === undefined) throw new TypeError("no scenario");
  return made;
}

function campaign(subject: Scenario, trials: number): Promise<CampaignResult> {
  return runCampaign({
    scenarios: [subject],
    seed: 4,
    trials,
    concurrency: 2,
    out: join(folder, "report"),
  });
}

/** The same on both devices. */
function profiles(verdict: Verdict): readonly ProfileVerdict[] {
  return [
    { profile: "posix", verdict },
    { profile: "ext4", verdict },
  ];
}

describe.each(LANGUAGES)("the journal in %s", (language) => {
  test("keeps the contract of subjects", async (context) => {
    const missing = missingFor(language);
    if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
    context.skip(missing !== undefined, missing);
    const lacking: string[] = [];
    for (const { run } of subjectSuite(scenario(language, "sync"))) {
      const finding = await run();
      if (finding.kind === "lacks") lacking.push(finding.operation);
    }
    expect(lacking).toEqual(LACKING);
  });

  test("loses nothing when it is killed, and does with the planted mistake", async (context) => {
    const missing = missingFor(language);
    context.skip(missing !== undefined, missing);
    const sound = scenario(language, "sync");
    const held = await campaign(sound, 4);
    expect(held).toMatchObject({ verdict: "held", notRun: [] });
    expect(held.scenarios[0]?.crashes).toBeGreaterThanOrEqual(4);
    // A module's own buffer is the harness's business elsewhere: the mistake is the programs'.
    if (!isCommand(sound.subject)) return;
    const convicted = await campaign(scenario(language, "no-flush"), 6);
    expect(convicted.verdict).toBe("violated");
    expect(convicted.scenarios[0]?.violations[0]?.guarantee).toBe("nothing-lost");
  });

  test("loses nothing to a power cut, and does without its fsync, which is named", async (context) => {
    const needs = await recorderNeeds(systemClock);
    const missing = missingFor(language) ?? (needs.available ? undefined : needs.reason);
    if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
    context.skip(missing !== undefined, missing);
    const sound = scenario(language, "sync", "power");
    const held = await campaign(sound, 1);
    expect(held).toMatchObject({ verdict: "held", scenarios: [{ profiles: profiles("held") }] });
    // The mistakes are the programs'.
    if (!isCommand(sound.subject)) return;
    const convicted = await campaign(scenario(language, "no-fsync", "power"), 1);
    expect(convicted).toMatchObject({
      verdict: "violated",
      scenarios: [{ profiles: profiles("violated") }],
    });
    expect(convicted.scenarios[0]?.violations[0]?.prevention).toMatch(/sync of journal before/);
  });
});
