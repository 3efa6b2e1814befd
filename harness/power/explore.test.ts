// The exploration on a small store: a sound one holds, and each mistake is convicted by its own means.

import { describe, expect, it } from "vitest";
import { profiles } from "../disk/profile.ts";
import { appendPromise } from "../guarantees/fixtures/append-promise.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { Workload } from "../workload.ts";
import type { ChainPlan, LifeEnding } from "./chain-plan.ts";
import type { Exploration } from "./exploration.ts";
import { explore } from "./explore.ts";
import type { ExploreLimits } from "./explore-request.ts";
import { type JournalMistake, journalSubject } from "./fixtures/journal-store.ts";
import { recordChain } from "./record-chain.ts";

const LIMITS: ExploreLimits = {
  statesMax: 2_000,
  exhaustiveMax: 64,
  nestedMax: 0,
  nestedStatesMax: 200,
  depth: 2,
};

interface Tried {
  readonly mistake?: JournalMistake;
  /** Appends of each life. */
  readonly lives?: readonly number[];
  readonly endings?: readonly LifeEnding[];
  readonly limits?: Partial<ExploreLimits>;
  readonly profile?: keyof typeof profiles;
  readonly promise?: Partial<StorePromise>;
  readonly from?: number;
}

async function attempt(tried: Tried): Promise<Exploration> {
  const { mistake, lives = [4], endings = [], limits, profile = "posix" } = tried;
  const workload: Workload = {
    seed: 5,
    options: {},
    lives: lives.map((appends) =>
      Array.from({ length: appends }, () => ({ kind: "append", size: 20 })),
    ),
  };
  const plan: ChainPlan = { lives: endings.map((ending) => ({ ending })) };
  const store = { subject: journalSubject(mistake), options: { mode: "sync" } };
  const given = { store, workload, seed: 3 };
  const recording = await recordChain({ ...given, plan, profile: profiles.posix });
  return explore({
    ...given,
    ...recording,
    profile: profiles[profile],
    promise: { ...appendPromise, ...tried.promise },
    limits: { ...LIMITS, ...limits },
    ...(tried.from === undefined ? {} : { from: tried.from }),
  });
}

describe("a sound store", () => {
  it("holds on every disk, and says how many there were", async () => {
    const { states, losses, violation, problem } = await attempt({ limits: { nestedMax: 5 } });
    expect({ violation, problem }).toEqual({ violation: undefined, problem: undefined });
    expect(states.distinct).toBeGreaterThan(5);
    expect(states.visited).toBeGreaterThanOrEqual(states.distinct);
    expect(states.judged).toBeGreaterThanOrEqual(states.visited);
    expect(states.legal).toBeGreaterThanOrEqual(BigInt(states.visited));
    expect(losses).toMatchObject({ lostRecordsMax: 0, allowedRecords: 0, atRiskRecordsMax: 0 });
    expect(losses.strata.append).toBeGreaterThan(0);
  });

  it("is convicted on a drive that ignores every sync", async () => {
    expect((await attempt({ profile: "lying" })).violation?.violations[0]).toMatchObject({
      guarantee: "nothing-lost",
    });
  });

  it("holds over kills and power cuts in a row", async () => {
    const endings: LifeEnding[] = [
      { kind: "call", n: 4, edge: "after" },
      { kind: "power" },
      { kind: "close" },
    ];
    const explored = await attempt({ lives: [3, 3, 3, 2], endings });
    expect(explored).toMatchObject({ losses: { lostRecordsMax: 0 } });
    expect(explored.violation ?? explored.problem).toBeUndefined();
  });
});

async function points(tried: Tried): Promise<number> {
  return (await attempt(tried)).losses.crashPoints;
}

describe("crashes before an event", () => {
  it("are left out where they are not asked for", async () => {
    const [all, half, last] = [
      await points({}),
      await points({ from: 20 }),
      await points({ from: 26 }),
    ];
    expect(half).toBeLessThan(all);
    expect(last).toBeLessThan(half);
    expect(last).toBeGreaterThan(0);
  });

  it("convict nobody", async () => {
    const lying = { profile: "lying", lives: [1] } as const;
    const at = (await attempt(lying)).violation?.step.at ?? 0;
    expect(at).toBeGreaterThan(0);
    expect((await attempt({ ...lying, from: at })).violation).toBeDefined();
    expect((await attempt({ ...lying, from: 1_000_000 })).violation).toBeUndefined();
  });
});

describe("a broken store", () => {
  it("is convicted by a disk that was legal when it was first seen", async () => {
    const { violation } = await attempt({ mistake: "late-sync", lives: [1] });
    expect(violation?.violations[0]).toMatchObject({ guarantee: "nothing-lost", operations: [0] });
    const events = violation?.trace.events ?? [];
    const acknowledged = events.findIndex(
      (event) => event.kind === "mark" && event.happened.kind === "acknowledged",
    );
    // The disk without the record was there before the answer, and is judged again after it.
    expect(violation?.step.at).toBeGreaterThanOrEqual(acknowledged);
  });

  it("is convicted by a crash inside its recovery", async () => {
    const limits = { nestedMax: 100 };
    const { violation } = await attempt({ mistake: "unsynced-repair", limits });
    expect(violation).toMatchObject({ violations: [{ guarantee: "nothing-lost" }] });
    const crashes = violation?.events.filter(({ kind }) => kind === "crash") ?? [];
    expect(crashes.length).toBe(1 + (violation?.outer.length ?? 0));
  });

  it("is convicted by writing on behind a torn tail", async () => {
    const { violation } = await attempt({ mistake: "kept-tail", lives: [20] });
    expect(violation?.events.filter(({ kind }) => kind === "recovered").length).toBeGreaterThan(2);
  });

  it("is convicted by a power cut after a recovery that synced nothing", async () => {
    const endings: LifeEnding[] = [{ kind: "call", n: 6, edge: "before" }];
    const { violation } = await attempt({ mistake: "unsynced-report", lives: [3, 1], endings });
    expect(violation?.events.filter(({ kind }) => kind === "crash")).toMatchObject([
      { fault: "kill" },
      { fault: "power" },
    ]);
  });
});

describe("a store that syncs nothing when it is opened", () => {
  const endings: LifeEnding[] = [{ kind: "call", n: 6, edge: "before" }];
  const tried: Tried = { mistake: "unsynced-report", lives: [3, 1], endings };

  it("holds where it says so", async () => {
    const promise = { recoverySyncs: false, barriers: ["append"] } as const;
    const { violation, problem, notApplicable, losses } = await attempt({ ...tried, promise });
    expect(violation ?? problem).toBeUndefined();
    expect(losses.lostRecordsMax).toBe(0);
    expect(notApplicable).toContain("lsn-order: the store gives no LSNs");
  });

  it("counts what a power cut took of all lives, where nothing is a barrier", async () => {
    const promise = { recoverySyncs: false, barriers: [], power: "since-barrier" } as const;
    const explored = await attempt({ lives: [3, 2], endings: [{ kind: "idle" }], promise });
    expect(explored.violation ?? explored.problem).toBeUndefined();
    const lying = await attempt({
      lives: [3, 2],
      endings: [{ kind: "idle" }],
      promise,
      profile: "lying",
    });
    expect(lying.problem).toBeUndefined();
    expect(lying.losses).toMatchObject({ lostRecordsMax: 5, allowedRecords: null });
  });
});

describe("a store that promises nothing of a power cut", () => {
  it("is explored to the end, and what it did is counted", async () => {
    const tried: Tried = { mistake: "unchecked", lives: [20] };
    const { states, violation, findings, problem } = await attempt({
      ...tried,
      promise: { power: "anything" },
    });
    expect(problem).toBeUndefined();
    expect(violation?.verdict).toBe("measured");
    const strict = await attempt(tried);
    expect(strict.violation?.verdict).toBe("violated");
    expect(strict.findings).toEqual({});
    expect(states.visited).toBeGreaterThan(strict.states.visited);
    expect(findings["nothing-invented"]).toBeGreaterThan(0);
    expect(findings["nothing-lost"]).toBeUndefined();
  });

  it("counts what writing on behind a recovery shows", async () => {
    const promise = { power: "anything" } as const;
    const { violation, findings } = await attempt({ mistake: "kept-tail", lives: [20], promise });
    expect(violation?.verdict).toBe("measured");
    expect(Object.keys(findings)).not.toEqual([]);
  });

  it("loses without a finding", async () => {
    const { violation, findings, losses } = await attempt({
      profile: "lying",
      promise: { power: "anything" },
    });
    expect({ violation, findings }).toEqual({ violation: undefined, findings: {} });
    expect(losses.lostRecordsMax).toBe(4);
  });

  it("says that a time cannot be judged in a recording", async () => {
    const { notApplicable } = await attempt({
      promise: { barriers: ["close"], power: { milliseconds: 1000 } },
    });
    expect(notApplicable).toContain("loss-within-allowance: no times were taken");
  });
});
