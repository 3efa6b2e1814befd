// The journals that are programs, on disks that fail: sound they hold, and each mistake behind a failed sync is convicted.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/clock.ts";
import { recorderNeeds } from "../../harness/recorder/strace-needs.ts";
import type { CampaignResult } from "../../harness/result.ts";
import { isCommand } from "../../harness/subject.ts";
import { type Language, missingFor, referenceSubject } from "./fixtures/reference-subjects.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const MISTAKES = fileURLToPath(new URL("./fixtures/journal_mistakes.py", import.meta.url));
/** It starts sooner with no site packages to look for. */
const MISTAKEN = ["python3", "-I", "-S", MISTAKES];
const PROMISE = ["--promise", "kill=0,power=0,ordered,batches", "--operations", "append,batch"];

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-io-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function missingHere(language: Language): Promise<string | undefined> {
  const needs = await recorderNeeds(systemClock);
  const missing = missingFor(language) ?? (needs.available ? undefined : needs.reason);
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
  return missing;
}

function words(language: Language): readonly string[] {
  const subject = referenceSubject(language, folder);
  if (!isCommand(subject)) throw new TypeError("no program");
  return subject.command.write.slice(0, -1);
}

/** As a user would; what the report says, and the exit code. */
function run(program: readonly string[], mode: string, more: readonly string[]) {
  const command = program.join(" ");
  const asked = ["run", "--write", `${command} write`, "--recover", `${command} recover`];
  const out = join(folder, "report");
  const given = [...asked, "--mode", mode, ...PROMISE, "--seed", "1", "--out", out, ...more];
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...given], { encoding: "utf8" });
  const result: CampaignResult = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
  return { status, stdout, row: result.scenarios[0] };
}

describe.each(["python", "c"] as const)("the journal in %s", (language) => {
  test("keeps what it acknowledged, whichever call fails", async (context) => {
    const missing = await missingHere(language);
    context.skip(missing !== undefined, missing);
    const more = ["--fault", "io-error", "--trials", "4"];
    const { status, stdout, row } = run(words(language), "sync", more);
    expect(row).toMatchObject({ verdict: "held", approximate: [], notStruck: 0 });
    expect(status).toBe(0);
    expect(stdout).toContain("  failed: ");
    const answers = Object.keys(row?.ioErrorAnswers ?? {});
    expect(answers.some((answer) => /^(write|sync):(EIO|ENOSPC) failed$/.test(answer))).toBe(true);
    // A call that a signal interrupted is made again, by Python itself.
    expect(answers.filter((answer) => /^sync:(EIO|ENOSPC) acknowledged$/.test(answer))).toEqual([]);
  });
});

function convict(mode: string): string {
  const more = ["--fault", "io-error:EIO", "--trials", "3"];
  const { status, row } = run(MISTAKEN, mode, more);
  expect(status).toBe(1);
  expect(row?.verdict).toBe("violated");
  expect(row?.ioErrorAnswers?.["sync:EIO acknowledged"]).toBeGreaterThan(0);
  const [violation] = row?.violations ?? [];
  expect(violation?.guarantee).toBe("nothing-lost");
  return join(folder, "report", "violations", violation?.id ?? "");
}

describe("a journal that acknowledges what a failed sync left behind", () => {
  test("is convicted where it tries the sync once more", async (context) => {
    const missing = await missingHere("python");
    context.skip(missing !== undefined, missing);
    convict("retries");
  });

  test("is convicted where it swallows the error, and replayed from the artifact", async (context) => {
    const missing = await missingHere("python");
    context.skip(missing !== undefined, missing);
    const artifact = convict("swallows");
    const program = MISTAKEN.join(" ");
    const commands = ["--write", `${program} write`, "--recover", `${program} recover`];
    const again = ["replay", artifact, ...commands, "--mode", "swallows", ...PROMISE];
    const replay = spawnSync(process.execPath, [CLI, ...again], { encoding: "utf8" });
    expect(replay.status).toBe(1);
    expect(replay.stdout).toMatch(/the disk failed: sync#\d+:EIO/);
    expect(replay.stdout).toContain("It breaks again.");
    expect(replay.stdout).toMatch(/lost: journal at 0x/);
  });
});
