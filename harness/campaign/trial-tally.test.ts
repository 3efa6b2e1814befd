// What trial records add up to, and what is concluded from it: each reason made to appear.
import { describe, expect, it } from "vitest";
import type { Scenario } from "../scenario.ts";
import type { LifeRecord, ProfileVerdict, TrialRecord } from "../trial-record.ts";
import { concludeScenario, type Evidence } from "./conclude-scenario.ts";
import { TrialTally } from "./trial-tally.ts";
import { worstVerdict } from "./worst-verdict.ts";

const SCENARIO: Pick<Scenario, "name" | "title" | "mode"> = {
  name: "wal/batch",
  title: "our log",
  mode: "batch",
};
const LIFE: LifeRecord = {
  life: 0,
  plan: "kill:ack=7",
  struck: true,
  ended: "killed",
  evidence: "",
  strata: ["append"],
  acknowledgedRecords: 10,
  atRiskRecords: 0,
  lostRecords: 0,
  allowedRecords: 0,
};
const TRIAL: TrialRecord = {
  trial: 0,
  seed: 1,
  scenario: "wal/batch",
  mode: "batch",
  fault: "kill",
  options: {},
  lives: [LIFE],
  verdict: "held",
  violations: [],
  notApplicable: [],
};

function unsure(problem: string): TrialRecord {
  return { ...TRIAL, verdict: "inconclusive", problem };
}

function tallyOf(...records: readonly TrialRecord[]): TrialTally {
  const tally = new TrialTally();
  for (const record of records) tally.add(record);
  return tally;
}

const BROKEN = { guarantee: "nothing-lost", life: 0, message: "lost", operations: [1] };

function countsOf(...records: readonly TrialRecord[]): Evidence["counts"] {
  return tallyOf(...records).counts(SCENARIO, "kill");
}

describe("TrialTally", () => {
  it("adds corruptions up, each a crash in no stratum, and the most lost at once", () => {
    const tally = { judged: 5, noticed: 2, harmless: 1, lostSilently: 1, lostOperationsMax: 3 };
    const change = "zero /store/1.wal@0x200";
    const counts = countsOf(
      { ...TRIAL, fault: "corrupt", corruption: { ...tally, change } },
      { ...TRIAL, fault: "corrupt", corruption: { ...tally, lostOperationsMax: 2 } },
    );
    expect(counts.corruptions).toEqual({
      judged: 10,
      noticed: 4,
      harmless: 2,
      lostSilently: 2,
      lostOperationsMax: 3,
    });
    expect(counts).toMatchObject({ crashes: 10, strata: {}, randomKills: 0, states: null });
    expect(countsOf(TRIAL).corruptions).toBeNull();
  });

  it("counts crashes that struck, and those that found nothing, apart", () => {
    const closed: LifeRecord = { ...LIFE, life: 1, struck: false, ended: "closed", strata: [] };
    const counts = countsOf({ ...TRIAL, lives: [LIFE, closed] }, TRIAL);
    expect(counts).toMatchObject({ trials: 2, crashes: 2, notStruck: 1, acknowledgedRecords: 30 });
    expect(counts.endings).toEqual({ killed: 2, closed: 1 });
    expect(counts.strata).toEqual({ append: 2 });
  });

  it("tells the allowance of the crash that lost most, and how often one was reached", () => {
    const lives = [
      { ...LIFE, lostRecords: 5, allowedRecords: 99, atRiskRecords: 50 },
      { ...LIFE, lostRecords: 3, allowedRecords: 3, atRiskRecords: 3 },
      { ...LIFE, lostRecords: 0, allowedRecords: 7 },
    ];
    const counts = countsOf({ ...TRIAL, lives });
    expect(counts).toMatchObject({ lostRecordsMax: 5, allowedRecords: 99, reachedAllowance: 1 });
    expect(counts).toMatchObject({ atRiskRecordsMax: 50, tight: true });
    const tied = lives.map((life, index) => ({
      ...life,
      lostRecords: 1,
      allowedRecords: 9 - index,
    }));
    expect(countsOf({ ...TRIAL, lives: tied }).allowedRecords).toBe(7);
  });

  it("counts equal losses under equal allowances together, of kills alone", () => {
    const lives = [
      { ...LIFE, lostRecords: 3, allowedRecords: null },
      { ...LIFE, lostRecords: 3, allowedRecords: 7 },
      { ...LIFE, lostRecords: 3, allowedRecords: 7 },
      LIFE,
      { ...LIFE, lostRecords: 9, struck: false },
    ];
    expect(countsOf({ ...TRIAL, lives }).losses).toEqual([
      { lost: 0, allowed: 0, crashes: 1 },
      { lost: 3, allowed: 7, crashes: 2 },
      { lost: 3, allowed: null, crashes: 1 },
    ]);
    expect(countsOf({ ...TRIAL, lives: [] })).not.toHaveProperty("losses");
  });

  it("names the trials that broke a promise, in order", () => {
    const broken: TrialRecord = { ...TRIAL, verdict: "violated" };
    const counts = countsOf({ ...broken, trial: 7 }, TRIAL, { ...broken, trial: 2 });
    expect(counts).toMatchObject({ violatingTrials: 2, violatingTrialNumbers: [2, 7] });
  });

  it("is tight where a mode that may lose was seen to", () => {
    expect(countsOf(TRIAL).tight).toBeNull();
    expect(countsOf({ ...TRIAL, lives: [{ ...LIFE, allowedRecords: 3 }] }).tight).toBe(false);
    const lossy = { ...LIFE, allowedRecords: null, lostRecords: 4 };
    const counts = countsOf({ ...TRIAL, lives: [lossy] });
    expect(counts).toMatchObject({ tight: true, allowedRecords: null });
  });

  it("counts a chain as one random kill, and no kill that did not strike", () => {
    const chain = { ...TRIAL, lives: [LIFE, LIFE, LIFE] };
    const idle = { ...TRIAL, lives: [{ ...LIFE, struck: false }] };
    const broken: TrialRecord = { ...chain, verdict: "violated" };
    const counts = countsOf(chain, idle, broken, { ...chain, fault: "power" });
    expect(counts).toMatchObject({ randomKills: 2, randomViolations: 1, violatingTrials: 1 });
    expect(countsOf(idle).upperBound95).toBeNull();
  });

  it("counts what breaks under a fault that only informs as findings", () => {
    const informed = { ...TRIAL, fault: "power:alice", violations: [BROKEN] };
    const tally = tallyOf(informed, TRIAL, { ...informed, verdict: "violated" });
    const told = { id: "a", trial: 3, seed: 1, replay: null, ...BROKEN };
    tally.addFinding(told);
    tally.addFinding({ ...told, trial: 2 });
    const { findings, ...counts } = tally.counts(SCENARIO, "power:alice");
    expect(counts).toMatchObject({ findingTrials: 1, violatingTrials: 1, violations: [] });
    expect(findings.map(({ trial }) => trial)).toEqual([2, 3]);
  });

  it("adds up what was found where nothing is promised", () => {
    const measured: TrialRecord = { ...TRIAL, verdict: "measured", violations: [BROKEN] };
    const counts = countsOf(
      { ...measured, findings: { "nothing-invented": 3 } },
      { ...measured, findings: { "nothing-invented": 1, "recovery-succeeds": 2 } },
    );
    expect(counts.findingCounts).toEqual({ "nothing-invented": 4, "recovery-succeeds": 2 });
    expect(counts).toMatchObject({ findingTrials: 2, violatingTrials: 0, inconclusiveTrials: 0 });
  });

  it("adds up which calls failed, and tells nothing where none did", () => {
    const first = { ...TRIAL, ioErrors: { "write:EIO": 1, "sync:EIO": 1 } };
    const counts = countsOf(first, { ...TRIAL, ioErrors: { "write:EIO": 1 } });
    expect(counts.ioErrors).toEqual({ "write:EIO": 2, "sync:EIO": 1 });
    expect(countsOf(TRIAL)).not.toHaveProperty("ioErrors");
  });

  it("keeps a few reasons of inconclusive trials, each once and cut", () => {
    const tally = tallyOf(...["a", "a", "b", "x".repeat(5000), "d"].map(unsure));
    expect(tally.problems.map((problem) => problem.length)).toEqual([1, 1, 1009]);
    expect(tally.counts(SCENARIO, "kill").inconclusiveTrials).toBe(5);
  });
});

describe("concludeScenario", () => {
  const evidence: Evidence = {
    counts: countsOf(TRIAL),
    requiredStrata: ["append"],
    minimumCrashes: 1,
    twin: { convicted: true, trials: 1, description: "a liar" },
    measures: false,
    problems: [],
    unfinished: false,
  };

  it("is held where nothing speaks against it", () => {
    expect(concludeScenario(evidence)).toMatchObject({ verdict: "held", reasons: [] });
  });

  it.each<[string, Partial<Evidence>, RegExp]>([
    ["too few crashes", { minimumCrashes: 150 }, /1 crashes struck; at least 150/],
    [
      "too few kills for a bound",
      { minimumKills: 59 },
      /1 independent kills struck; the bound asks for 59/,
    ],
    ["an empty stratum", { requiredStrata: ["append", "rotation"] }, /fell in: rotation\./],
    ["no twin", { twin: null }, /twin was not run/],
    [
      "a twin that got away",
      { twin: { convicted: false, trials: 5, description: "a liar" } },
      /a liar\) was not convicted in 5 trials/,
    ],
    [
      "calls that were never struck",
      { counts: { ...countsOf(TRIAL), fault: "io-error", ioErrors: { "write:EIO": 1 } } },
      /No call failed of: sync, a name\./,
    ],
    ["an early end", { unfinished: true }, /ended before this scenario did/],
    [
      "a trial without a verdict",
      { counts: countsOf({ ...TRIAL, verdict: "inconclusive" }), problems: ["it hung"] },
      /1 trials were inconclusive: it hung/,
    ],
  ])("is inconclusive for %s", (_name, missing, reason) => {
    const { verdict, reasons } = concludeScenario({ ...evidence, ...missing });
    expect(verdict).toBe("inconclusive");
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });

  it("is measured, without a twin, where nothing is promised, and never held", () => {
    const measured = { ...evidence, twin: null, measures: true };
    const { verdict, reasons } = concludeScenario(measured);
    expect(verdict).toBe("measured");
    expect(reasons).toEqual([expect.stringContaining("does not promise that anything survives")]);
    expect(concludeScenario({ ...measured, unfinished: true }).verdict).toBe("inconclusive");
    const counts = countsOf({ ...TRIAL, verdict: "violated" });
    expect(concludeScenario({ ...measured, counts }).verdict).toBe("violated");
  });

  it("is violated where one trial was, whatever else is missing", () => {
    const counts = countsOf(TRIAL, { ...TRIAL, verdict: "violated" });
    const { verdict, reasons } = concludeScenario({ ...evidence, counts, twin: null });
    expect(verdict).toBe("violated");
    expect(reasons).toEqual(["1 of 2 trials broke a promise."]);
  });
});

describe("worstVerdict", () => {
  it("puts violated before inconclusive before held, and shows nothing with nothing", () => {
    expect(worstVerdict(["held", "violated", "inconclusive"])).toBe("violated");
    expect(worstVerdict(["held", "inconclusive"])).toBe("inconclusive");
    expect(worstVerdict(["held", "held"])).toBe("held");
    expect(worstVerdict(["measured", "held"])).toBe("held");
    expect(worstVerdict(["measured"])).toBe("measured");
    expect(worstVerdict([])).toBe("inconclusive");
  });
});

describe("a power cut", () => {
  const STATES = { legal: "90071992547409930", distinct: 5, visited: 9, judged: 20 };
  const NESTED = { legal: "10", distinct: 1, visited: 2, judged: 3 };
  const POWER: TrialRecord = {
    ...TRIAL,
    fault: "power",
    power: {
      states: STATES,
      nested: NESTED,
      crashPoints: 30,
      strata: { append: 20, recovery: 10 },
      acknowledgedRecords: 10,
      atRiskRecordsMax: 4,
      lostRecordsMax: 4,
      allowedRecords: 4,
      reachedAllowance: 2,
    },
  };

  it("counts crash points and states, huge numbers exactly, and no random kill", () => {
    expect(tallyOf(POWER, POWER).counts(SCENARIO, "power")).toMatchObject({
      trials: 2,
      crashes: 60,
      strata: { append: 40, recovery: 20 },
      states: { legal: "180143985094819880", distinct: 12, visited: 22, judged: 46 },
      lostRecordsMax: 4,
      allowedRecords: 4,
      reachedAllowance: 4,
      tight: true,
      randomKills: 0,
      upperBound95: null,
    });
  });

  const withProfiles = (profiles: readonly ProfileVerdict[]): TrialRecord => {
    const { power } = POWER;
    return power === undefined ? POWER : { ...POWER, power: { ...power, profiles } };
  };

  it("tells the worst of all recordings on each device", () => {
    const posix = { profile: "posix", verdict: "violated" } as const;
    const ext4 = { profile: "ext4", verdict: "held" } as const;
    const both = [{ ...posix, verdict: "held" } as const, ext4];
    const counts = tallyOf(withProfiles(both), withProfiles([posix, ext4])).counts(
      SCENARIO,
      "power",
    );
    expect(counts.profiles).toEqual([posix, ext4]);
    expect(tallyOf(TRIAL).counts(SCENARIO, "kill").profiles).toEqual([]);
  });

  it("has no states where no disk was built", () => {
    expect(tallyOf(TRIAL).counts(SCENARIO, "kill").states).toBeNull();
  });
});
