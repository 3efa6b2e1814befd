// Trials of a store that is any program: killed, recovered by its own command, and judged.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execaSync } from "execa";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { parseKillPlan } from "./faults/kill-plan.ts";
import type { HistoryEvent } from "./history/history.ts";
import { readArtifact, writeArtifact } from "./hunt/artifact.ts";
import { replayArtifact } from "./hunt/replay.ts";
import type { Scenario } from "./scenario.ts";
import type { CommandReference } from "./subject.ts";
import { appends, commandStore, HANG_MS } from "./supervisor/fixtures/command-jobs.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "./trial.ts";
import type { Workload } from "./workload.ts";

const CHILD = fileURLToPath(new URL("../dist/child.cjs", import.meta.url));
const WORKLOAD: Workload = { seed: 7, options: {}, lives: [appends(6), appends(3)] };

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "command-test-"));
  supervisor = await startSupervisor({
    childFile: CHILD,
    concurrency: 1,
    clock: systemClock,
    temporaryFolder: folder,
  });
});

afterAll(async () => {
  await supervisor.close();
  expect(readdirSync(folder).filter((name) => name.startsWith("ackproof-"))).toEqual([]);
  rmSync(folder, { recursive: true });
});

function scenarioOf(subject: CommandReference): Scenario {
  return {
    name: "test/command-store",
    title: "a line a value",
    subject,
    mode: "sync",
    workloads: fc.constant(WORKLOAD),
    promise: () => ({
      kill: { records: 0 },
      power: { records: 0 },
      barriers: ["append", "close"],
      batchesAtomic: true,
      ordered: true,
      lsns: false,
    }),
    faults: ["kill"],
    requiredStrata: [],
    usesStoragePort: false,
    inGate: false,
  };
}

interface Tried {
  readonly subject?: CommandReference;
  readonly plan?: string;
  readonly lives?: Workload["lives"];
  readonly lie?: boolean;
  readonly seed?: number;
}

function attempt(
  { subject = commandStore(), plan, lives = WORKLOAD.lives, lie, seed = 11 }: Tried,
  using = supervisor,
): Promise<TrialOutcome> {
  return runTrial(
    {
      scenario: scenarioOf(subject),
      fault: "kill",
      trial: 1,
      seed,
      workload: { ...WORKLOAD, lives },
      ...(plan === undefined ? {} : { plan: parseKillPlan(plan) }),
      ...(lie === undefined ? {} : { lie }),
    },
    using,
  );
}

function crashes({ history }: TrialOutcome): readonly unknown[] {
  return history.events.flatMap((event) => (event.kind === "crash" ? [event.point] : []));
}

function told({ history }: TrialOutcome, life: number): readonly HistoryEvent["kind"][] {
  return history.events.flatMap((event) => (event.life === life ? [event.kind] : []));
}

function misbehave(behaviour: string, plan = "kill:idle; kill:idle"): Promise<TrialOutcome> {
  return attempt({ subject: commandStore([behaviour]), plan });
}

describe("a sound store", () => {
  it("holds after exactly k answers, and goes on from there", async () => {
    const outcome = await attempt({ plan: "kill:ack=4; kill:ack=1" });
    expect(outcome.record).toMatchObject({ verdict: "held", violations: [] });
    expect(outcome.record.lives.map((life) => life.acknowledgedRecords)).toEqual([4, 1]);
    expect(crashes(outcome)).toEqual([{ during: "idle" }, { during: "idle" }]);
    expect(outcome.calls).toEqual([undefined, undefined]);
  });

  it.each([
    "kill:moment=300us; kill:moment=1us",
    "kill:close; kill:idle",
    "kill:open=2000us; kill:idle",
    "kill:idle recovery:moment=2000us recovery:moment=1us; kill:moment=1us",
  ])("holds: %s", async (plan) => {
    const { record } = await attempt({ plan });
    expect(record).toMatchObject({ verdict: "held", violations: [] });
    expect(record.lives).toHaveLength(2);
  });

  it("holds wherever the seed kills it", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { record } = await attempt({ seed });
      expect(record, `seed ${seed}`).toMatchObject({ verdict: "held", violations: [] });
    }
  });

  it("has the times of its acknowledgements and of its crash", async () => {
    const { history } = await attempt({ plan: "kill:idle" });
    const times = history.events.flatMap((event) =>
      (event.kind === "acknowledged" || event.kind === "crash") && event.atMs !== undefined
        ? [event.atMs]
        : [],
    );
    expect(times).toHaveLength(7);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  it("is convicted where its writer lies", async () => {
    const { record } = await attempt({ lie: true });
    expect(record.verdict).toBe("violated");
    expect(record.violations[0]).toMatchObject({ guarantee: "nothing-lost" });
  });

  it("says what held it", () => {
    expect(supervisor.containment).toMatch(
      /^commands: (pid namespace|process group and sweep).*; modules: process group$/,
    );
  });
});

describe("a store that breaks its promise", () => {
  it("loses what it acknowledged; the artifact carries the command, and replays", async () => {
    const subject = commandStore(["loses"]);
    const outcome = await attempt({ subject, plan: "kill:ack=2" });
    expect(outcome.record).toMatchObject({ verdict: "violated" });
    const path = join(folder, "artifact");
    const scenario = scenarioOf(subject);
    const trial = {
      ackproof: "1.0.0",
      campaignSeed: 1,
      subject,
      promise: scenario.promise({}),
      workload: WORKLOAD,
      record: outcome.record,
    };
    const { history, store = "", stderr } = outcome;
    expect(writeArtifact(path, { trial, history, store, stderr })).toBe(true);
    expect(readArtifact(path).trial.subject).toEqual(subject);
    const replayed = await replayArtifact(path, [scenario], supervisor);
    expect(replayed.verdict).toBe("violated");
  });

  it.each([
    ["exits", "was refused (exit-3): no space left"],
    ["talks", undefined],
  ])("its recovery %s", async (behaviour, message) => {
    const outcome = await attempt({
      subject: commandStore([], [behaviour, "0"]),
      plan: "kill:idle",
    });
    expect(outcome.record.verdict).toBe("violated");
    const [violation] = outcome.record.violations;
    if (message !== undefined) expect(violation?.message).toContain(message);
    else expect(violation?.guarantee).toBe("nothing-invented");
  });

  it("can not be opened again for writing", async () => {
    const outcome = await misbehave("opens-once");
    expect(told(outcome, 1)).toEqual(["open", "open-failed", "recovered", "recovered"]);
    expect(outcome.record).toMatchObject({ verdict: "violated" });
    expect(outcome.record.violations[0]).toMatchObject({
      guarantee: "recovery-succeeds",
      message: "life 1 could not open the store (exit-4): the store is locked",
    });
  });

  it("refuses an operation while nothing is broken", async () => {
    const { record } = await misbehave("fails");
    expect(record.violations[0]).toMatchObject({ guarantee: "writable-after-recovery" });
  });
});

describe("where no program opens a namespace", () => {
  const path = process.env["PATH"];
  let grouped: Supervisor;

  beforeAll(async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const name of ["cat", "env", "setsid", "sh", "sleep"]) {
      symlinkSync(execaSync("which", [name]).stdout, join(bin, name));
    }
    const limits = { drainMs: 100 };
    const common = { childFile: CHILD, concurrency: 1, clock: systemClock, limits };
    grouped = await startSupervisor({ ...common, temporaryFolder: folder });
    process.env["PATH"] = bin;
  });

  afterAll(async () => {
    process.env["PATH"] = path;
    await grouped.close();
  });

  it("holds in a process group, which the result says", async () => {
    const { record } = await attempt({ plan: "kill:ack=2; kill:moment=1us" }, grouped);
    expect(record).toMatchObject({ verdict: "held" });
    expect(grouped.containment).toMatch(/^commands: process group and sweep \(no pid namespace: /);
    expect(grouped.containment).toContain("no memory limit");
  });

  it.each([commandStore(["hidden-daemon", "1"]), commandStore([], ["hidden-daemon"])])(
    "proves nothing where a process hid: %#",
    async (subject) => {
      const { record, history } = await attempt({ subject, plan: "kill:idle; kill:idle" }, grouped);
      expect(record).toMatchObject({
        verdict: "inconclusive",
        problem: "a process of the subject outlived SIGKILL or hid from it",
      });
      expect(record.lives).toHaveLength(1);
      expect(history.events.some(({ kind }) => kind === "recovered")).toBe(false);
    },
  );
});

describe("a program that proves nothing", () => {
  it.each([
    ["exits", "the writer of life 0 died: exit code 3: no space left"],
    ["ends", "the writer of life 0 died: exit code 0"],
    ["talks", 'malformed-line: not a line of the protocol: "hello there"'],
    ["twice", 'unknown-operation: an answer to an operation that was not asked: "ack 999"'],
  ])("%s: inconclusive, and it is said why", async (behaviour, problem) => {
    const { record } = await misbehave(behaviour, "kill:idle");
    expect(record.verdict).toBe("inconclusive");
    if (behaviour === "twice")
      expect(record.problem).toContain('answered-twice: a second answer: "ack 0"');
    else expect(record.problem).toBe(problem);
  });

  it("hangs: inconclusive, with the operation that it owes", async () => {
    const limited = await startSupervisor({
      childFile: CHILD,
      concurrency: 1,
      clock: systemClock,
      temporaryFolder: folder,
      limits: { lifeMs: HANG_MS, recoveryMs: HANG_MS },
    });
    const { record } = await attempt(
      { subject: commandStore(["hangs"]), plan: "kill:idle" },
      limited,
    );
    expect(record).toMatchObject({ verdict: "inconclusive" });
    expect(record.problem).toBe("the writer of life 0 hung: no answer to operation 2");
    const hung = commandStore([], ["ignores-term"]);
    const { record: recovered } = await attempt({ subject: hung, plan: "kill:idle" }, limited);
    expect(recovered.violations[0]?.message).toContain(`did not end within ${HANG_MS} ms`);
    await limited.close();
  });

  it.each([
    [{ write: ["./no-such-program"], recover: ["true"] }, /no-such-program does not exist/],
    [{ write: ["cat", "/dev/null"], recover: ["no-such"] }, /the recover command "no-such"/],
  ])("can not be started: %j", async (command, message) => {
    await expect(attempt({ subject: { command } })).rejects.toMatchObject({
      code: "bad-subject",
      message: expect.stringMatching(message),
    });
  });

  it("can not open its store in an empty directory: an error that says why", async () => {
    await expect(misbehave("never-opens")).rejects.toMatchObject({
      code: "bad-subject",
      message:
        "the write command can not open a store in an empty directory (exit-4): the store is locked",
    });
  });
});
