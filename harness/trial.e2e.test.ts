// Trials with real children: where each kill strikes, and how each ending is told.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { countingPlan, everyCallPlan } from "./faults/kill-enumeration.ts";
import { parseKillPlan } from "./faults/kill-plan.ts";
import type { HistoryEvent } from "./history/history.ts";
import type { Scenario } from "./scenario.ts";
import type { Json } from "./subject.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "./trial.ts";
import type { Operation, Workload } from "./workload.ts";

const CHILD = fileURLToPath(new URL("../dist/child.cjs", import.meta.url));
const STORE = fileURLToPath(new URL("supervisor/fixtures/file-store.mjs", import.meta.url));
const LIMITS = { lifeMs: 1_000, recoveryMs: 500, exitMs: 2_000, drainMs: 300 };

const APPENDS = Array.from({ length: 6 }, (): Operation => ({ kind: "append", size: 40 }));
const WORKLOAD: Workload = {
  seed: 7,
  options: {},
  lives: [APPENDS, [{ kind: "append", size: 9 }]],
};

const FILE_STORE: Scenario = {
  name: "test/file-store",
  title: "a file of records, synced one by one",
  subject: { module: STORE, export: "fileStore" },
  mode: "sync",
  workloads: fc.constant(WORKLOAD),
  promise: () => ({
    kill: { records: 0 },
    power: { records: 0 },
    barriers: ["close"],
    batchesAtomic: false,
    ordered: true,
    lsns: false,
  }),
  faults: ["kill"],
  requiredStrata: [],
  usesStoragePort: true,
  inGate: false,
};

let folder = "";
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "supervisor-test-"));
  const options = { childFile: CHILD, concurrency: 2, clock: systemClock, limits: LIMITS };
  supervisor = await startSupervisor({ ...options, temporaryFolder: folder });
});

afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

interface Tried {
  readonly plan?: string;
  readonly options?: { readonly [key: string]: Json };
  readonly lives?: Workload["lives"];
  readonly scenario?: Scenario;
  readonly lie?: boolean;
}

function attempt({ plan, options = {}, lives, scenario, lie }: Tried): Promise<TrialOutcome> {
  return runTrial(
    {
      scenario: scenario ?? FILE_STORE,
      fault: "kill",
      trial: 1,
      seed: 11,
      workload: { ...WORKLOAD, options, lives: lives ?? WORKLOAD.lives },
      ...(plan === undefined ? {} : { plan: parseKillPlan(plan) }),
      ...(lie === undefined ? {} : { lie }),
    },
    supervisor,
  );
}

const ONE_LIFE = [APPENDS];

function count(events: readonly HistoryEvent[], kind: HistoryEvent["kind"]): number {
  return events.filter((event) => event.kind === kind).length;
}

function crashes({ history }: TrialOutcome): readonly unknown[] {
  return history.events.flatMap((event) => (event.kind === "crash" ? [event.point] : []));
}

function misbehave(behaviour: string, after = 2): Promise<TrialOutcome> {
  return attempt({ plan: "kill:idle", options: { behaviour, after }, lives: ONE_LIFE });
}

describe("where a kill strikes", () => {
  it("after exactly k answers", async () => {
    const outcome = await attempt({ plan: "kill:ack=4; kill:ack=1" });
    expect(crashes(outcome)).toEqual([{ during: "idle" }, { during: "idle" }]);
    const { events } = outcome.history;
    expect([count(events, "invoked"), count(events, "acknowledged")]).toEqual([5, 5]);
    expect(outcome.record.lives.map(({ acknowledgedRecords }) => acknowledgedRecords)).toEqual([
      4, 1,
    ]);
    expect(outcome.record.verdict).toBe("held");
  });

  it("a recovery after each life, and the last one twice", async () => {
    const { history } = await attempt({ plan: "kill:idle; kill:idle" });
    const recovered = history.events.filter((event) => event.kind === "recovered");
    expect(recovered.map(({ life }) => life)).toEqual([0, 1, 1]);
    const found = recovered.map(
      ({ outcome }) => outcome.kind === "found" && outcome.records.length,
    );
    expect(found).toEqual([6, 7, 7]);
  });

  it("at a moment after the first acknowledgement, or before the store is open", async () => {
    const late = await attempt({ plan: "kill:moment=20us", lives: ONE_LIFE });
    expect(late.record.lives[0]).toMatchObject({ struck: true, ended: "killed" });
    expect(count(late.history.events, "acknowledged")).toBeGreaterThan(0);
    const early = await attempt({ plan: "kill:open=1us", lives: ONE_LIFE });
    expect(early.record.lives[0]).toMatchObject({ struck: true, strata: ["open"] });
    expect(early.record.verdict).toBe("held");
  });

  it("not at all where the store is to be closed", async () => {
    const { record, history } = await attempt({ plan: "kill:close; kill:idle" });
    expect(record.lives[0]).toMatchObject({ struck: false, ended: "closed" });
    expect(count(history.events, "closed")).toBe(1);
    expect(record.verdict).toBe("held");
  });

  it("at every call of the storage, both edges, exactly there", async () => {
    const lives = [APPENDS.slice(0, 2)];
    const workload = { ...WORKLOAD, lives };
    const counting = { scenario: FILE_STORE, fault: "kill", trial: 0, seed: 1, workload };
    const counted = await runTrial({ ...counting, plan: countingPlan(workload) }, supervisor);
    // makeDirectory, create, syncDirectory, then a write and a sync for each append.
    expect(counted.calls).toEqual([{ writer: 7, recovery: 1 }]);
    const plans = [...everyCallPlan(counted.calls.map((calls) => calls ?? { writer: 0 }))];
    const trials = plans.map(async (plan) => runTrial({ ...counting, plan }, supervisor));
    const outcomes = await Promise.all(trials);
    expect(outcomes.map(({ record }) => record.verdict)).toEqual(plans.map(() => "held"));
    expect(outcomes.map(({ record }) => record.lives[0]?.evidence.split(" ", 5).join(" "))).toEqual(
      [
        ...[1, 2, 3, 4, 5, 6, 7].flatMap((n) => [
          expect.stringContaining(`killed itself before call ${n},`),
          expect.stringContaining(`killed itself after call ${n},`),
        ]),
        expect.stringContaining("killed"),
        expect.stringContaining("killed"),
      ],
    );
    // A write that was reached survives SIGKILL, one that was not does not.
    const found = outcomes.slice(0, 14).map(({ history }) => {
      const last = history.events.at(-1);
      return last?.kind === "recovered" && last.outcome.kind === "found"
        ? last.outcome.records.length
        : "refused";
    });
    expect(found).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]);
  });

  it("inside a recovery, and tells a recovery that had finished", async () => {
    const plan = "kill:ack=3 recovery:call=1:before recovery:call=1:after recovery:call=9:before";
    const outcome = await attempt({ plan, lives: ONE_LIFE });
    expect(crashes(outcome)).toEqual([
      { during: "idle" },
      { during: "recovery" },
      { during: "recovery" },
    ]);
    expect(outcome.record.lives[0]?.evidence).toContain("recovery finished, then killed");
    expect(outcome.calls).toEqual([{ writer: 9, recovery: 1 }]);
  });

  it("an idle writer where its call never comes", async () => {
    const { record } = await attempt({ plan: "kill:call=999:before", lives: ONE_LIFE });
    expect(record.lives[0]).toMatchObject({ struck: true, strata: ["idle"] });
  });
});

describe("the lying twin", () => {
  it("is convicted, with a copy of the store", async () => {
    const { record, store } = await attempt({ lie: true });
    expect(record.verdict).toBe("violated");
    expect(record.violations.map(({ guarantee }) => guarantee)).toEqual(["loss-within-allowance"]);
    expect(store === undefined ? [] : readdirSync(store)).toContain("records");
  });

  it("lives no life where the promise forbids no lie", async () => {
    const { record } = await attempt({ lie: true, lives: [[{ kind: "sync" }]] });
    expect(record).toMatchObject({ verdict: "inconclusive", lives: [] });
  });
});

describe("how a writer may end", () => {
  it.each([
    ["never-settles", "hung", "signal SIGKILL"],
    ["prints-endlessly", "hung", "signal SIGKILL"],
    ["exits", "died", "exit code 3"],
    ["throws-uncaught", "died", "exit code 1"],
    ["kills-itself", "died", "signal SIGSEGV"],
  ])("%s: %s, never held", async (behaviour, ended, how) => {
    const { record, history, stderr } = await misbehave(behaviour);
    expect(record.lives[0]).toMatchObject({ ended, struck: false, acknowledgedRecords: 2 });
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toContain(how);
    expect(count(history.events, "recovered")).toBe(2);
    expect(stderr.length).toBeLessThan(80_000);
  });

  it("refusals are answers, with the code of the store and one line of its text", async () => {
    const { history, record } = await misbehave("throws");
    const failed = history.events.filter((event) => event.kind === "failed");
    expect(failed).toHaveLength(4);
    expect(failed[0]).toMatchObject({ operation: 2, code: "ENOSPC", message: "the store is full" });
    expect(record.lives[0]?.ended).toBe("killed");
  });

  it("an operation that the store lacks is refused", async () => {
    const { history } = await attempt({ plan: "kill:idle", lives: [[{ kind: "checkpoint" }]] });
    expect(history.events).toContainEqual(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  it("a store that does not open ends the chain and is convicted", async () => {
    const { record, history } = await attempt({
      plan: "kill:idle; kill:idle",
      options: { behaviour: "refuses-open" },
    });
    expect(record.lives.map(({ ended }) => ended)).toEqual(["open-failed"]);
    expect(count(history.events, "open-failed")).toBe(1);
    expect(record.verdict).toBe("violated");
  });

  it("a breach of the protocol is no verdict, and names the line", async () => {
    const { record } = await misbehave("answers-twice");
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toMatch(/^answered-twice: .*"ack 0"/);
  });

  it("asynchronous answers and a reopen are done in order", async () => {
    const lives = [[...APPENDS, { kind: "reopen" } as const, ...APPENDS]];
    const { record } = await attempt({ plan: "kill:idle", options: { async: true }, lives });
    expect(record.verdict).toBe("held");
    expect(record.lives[0]?.acknowledgedRecords).toBe(12);
  });
});

describe("processes that the store starts", () => {
  it("are found when they leave the group", async () => {
    const { record } = await misbehave("leaves-the-group", 5);
    expect(record.verdict).toBe("held");
  });

  it("make the trial inconclusive when they hide and hold its output", async () => {
    const { record, history } = await misbehave("hides-with-pipes", 5);
    expect(record.verdict).toBe("inconclusive");
    expect(count(history.events, "recovered")).toBe(0);
  });
});

async function recoverBadly(behaviour: string): Promise<unknown> {
  const outcome = await attempt({ plan: "kill:idle", options: { behaviour }, lives: ONE_LIFE });
  expect(outcome.record.verdict).toBe("violated");
  const recovered = outcome.history.events.find((event) => event.kind === "recovered");
  return recovered?.kind === "recovered" ? recovered.outcome : undefined;
}

describe("how a recovery may end", () => {
  it.each([
    ["recovery-hangs", { kind: "hung", limitMs: LIMITS.recoveryMs }],
    ["recovery-exits", { kind: "died", message: "recovery ended with exit code 4" }],
    ["recovery-refuses", { kind: "refused", code: "EUNREADABLE", message: "cannot read" }],
  ])("%s", async (behaviour, expected) => {
    expect(await recoverBadly(behaviour)).toEqual(expected);
  });

  it("an endless one is cut where it has given more than was written", async () => {
    expect(await recoverBadly("recovery-invents")).toMatchObject({ kind: "found" });
  });
});

function withSubject(module: string, name: string): Promise<TrialOutcome> {
  const subject = { module, export: name };
  return attempt({ plan: "kill:idle", scenario: { ...FILE_STORE, subject } });
}

describe("a subject that can not be used", () => {
  it.each([
    ["a module that is not there", "./no-such-store.mjs", "fileStore"],
    ["a package that is not there", "no-such-store", "fileStore"],
    ["an export that is not there", STORE, "otherStore"],
    ["an export of another shape", STORE, "noSubject"],
    ["a built-in that is not there", "ackproof:no-such", "default"],
  ])("%s is an error of configuration", async (_, module, name) => {
    await expect(withSubject(module, name)).rejects.toMatchObject({ code: "bad-subject" });
  });
});
