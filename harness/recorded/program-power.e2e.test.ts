// Power cuts of real programs: which syncs are missing shows on the devices where it matters.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { powerFault } from "../faults/power.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { explainViolation } from "../hunt/explain-violation.ts";
import type { ExploreLimits } from "../power/explore-request.ts";
import { type PowerTrialOutcome, runPowerTrial } from "../power/power-trial.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import type { Scenario } from "../scenario.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { runTrial } from "../trial.ts";
import { appends, fsStore, oneFileStore, programScenario } from "./fixtures/program-scenario.ts";

const CHILD = fileURLToPath(new URL("../../dist/child.cjs", import.meta.url));
const LIMITS: ExploreLimits = {
  statesMax: 30,
  exhaustiveMax: 8,
  nestedMax: 0,
  nestedStatesMax: 6,
  depth: 1,
};

let supervisor: Supervisor;
beforeAll(async () => {
  supervisor = await startSupervisor({ childFile: CHILD, concurrency: 2, clock: systemClock });
});
afterAll(() => supervisor.close());
beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

interface Tried {
  readonly promise?: Partial<StorePromise>;
  readonly endings?: readonly ("close" | "idle" | "power")[];
  readonly lives?: readonly number[];
  readonly lie?: boolean;
  readonly limits?: Partial<ExploreLimits>;
}

function cutPower(scenario: Scenario, tried: Tried = {}): Promise<PowerTrialOutcome> {
  const { endings = ["close"], lives = [2], lie = false, limits } = tried;
  const fault = powerFault("power");
  if (fault === undefined) throw new TypeError("no power cut");
  const plan = { lives: endings.map((kind) => ({ ending: { kind } })) };
  const drawn = { trial: 0, seed: 3, workload: appends(lives), plan, lie };
  return runPowerTrial({ scenario, fault, ...drawn, limits: { ...LIMITS, ...limits } }, supervisor);
}

function store(mode: string, tried: Tried = {}): Promise<PowerTrialOutcome> {
  return cutPower(programScenario(oneFileStore, mode, tried.promise), tried);
}

describe("a program that syncs", () => {
  test("what it must is held on both devices, and convicted on one that lies", async () => {
    const { record } = await store("sound", { limits: { nestedMax: 2 } });
    expect(record.problem).toBeUndefined();
    expect(record).toMatchObject({
      verdict: "held",
      power: {
        profiles: [
          { profile: "posix", verdict: "held" },
          { profile: "ext4", verdict: "held" },
        ],
      },
    });
    expect(record.power?.states.distinct).toBeGreaterThan(4);
    expect((await store("sound", { lie: true })).record.verdict).toBe("violated");
  });

  test("what a drive that lies may leave, and no other, is laid out as its disk", async () => {
    const promise = { power: { records: 100 }, barriers: [] };
    const limits = { statesMax: 200 };
    expect((await store("header", { promise })).record.verdict).toBe("held");
    const { record, store: laidOut } = await store("header", { promise, limits, lie: true });
    expect(record.problem).toBeUndefined();
    expect(record.power?.crash?.choice).toContain("garbage");
    expect(existsSync(`${laidOut}/header`)).toBe(true);
  });

  test("nothing is convicted, and the sync that it lacks is named", async () => {
    const scenario = programScenario(oneFileStore, "no-sync");
    const { record, history, trace, store: laidOut } = await cutPower(scenario);
    expect(record).toMatchObject({ verdict: "violated" });
    expect(record.violations[0]?.guarantee).toBe("nothing-lost");
    expect(laidOut).toBeDefined();
    const { workload, events } = history;
    const promise = scenario.promise({});
    const violation = { record, workload, promise, events, trace };
    const told = await explainViolation(violation, scenario, supervisor);
    expect(told).toMatchObject({ kind: "explained", mildest: "ext4" });
    expect(JSON.stringify(told)).toContain("of log before the acknowledgement of append 0");
  });

  test("its file and not its directory is right on ext4, and not portable", async () => {
    const portable = await store("no-directory-sync");
    const profiles = [
      { profile: "posix", verdict: "violated" },
      { profile: "ext4", verdict: "held" },
    ];
    expect(portable.record).toMatchObject({ verdict: "violated", power: { profiles } });
    const onExt4 = await store("no-directory-sync", { promise: { profile: "ext4" } });
    expect(onExt4.record).toMatchObject({ verdict: "held", power: { profiles } });
  });
});

describe("a chain of lives", () => {
  test.each(["idle", "close", "power"] as const)("that goes on after %s", async (ending) => {
    const endings = [ending, "power"] as const;
    const limits = { statesMax: 12 };
    const { record } = await store("sound", { endings, lives: [1, 2], limits });
    expect(record.problem).toBeUndefined();
    expect(record).toMatchObject({ verdict: "held", lives: [{ life: 0 }, { life: 1 }] });
  });
});

describe("a store that asks which boot it runs in", () => {
  test.each([
    ["a command", oneFileStore],
    ["a module", fsStore],
  ] as const)("sees another one behind a power cut: %s", async (_, subject) => {
    const missing = await supervisor.whyNoOtherBoot();
    const scenario = programScenario(subject, "boots");
    const limits = { statesMax: 60, nestedMax: 1 };
    const { record } = await cutPower(scenario, { endings: ["power"], lives: [1, 1], limits });
    if (missing === undefined) {
      expect(record.problem).toBeUndefined();
      expect(record.verdict).toBe("held");
      return;
    }
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toContain("can not be shown another after a power cut");
  });

  test("sees its own where a process was killed", async () => {
    const scenario = programScenario(fsStore, "boots");
    const { record } = await runTrial(
      { scenario, fault: "kill:ack", trial: 0, seed: 3 },
      supervisor,
    );
    expect(JSON.stringify(record.violations)).toContain("the same boot");
  });
});

describe("what proves nothing", () => {
  test("a shared mapping that is written to cannot be recorded", async () => {
    const { record } = await store("mapped");
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toMatch(/cannot be recorded, because .*mmap/);
  });

  test("a recovery whose values have no bytes", async () => {
    const { record } = await cutPower(programScenario(fsStore, "no-bytes"));
    expect(record).toMatchObject({
      verdict: "inconclusive",
      problem: "recover gave a value without payload bytes",
    });
    const scenario = programScenario(fsStore, "no-bytes");
    const killed = await runTrial({ scenario, fault: "kill:ack", trial: 0, seed: 3 }, supervisor);
    expect(killed.record).toMatchObject({
      verdict: "inconclusive",
      problem: "recover gave a value without payload bytes",
    });
  });

  test("a program that ends before its answers", async () => {
    const { record } = await store("dies");
    expect(record).toMatchObject({ verdict: "inconclusive" });
    expect(record.problem).toMatch(/ended before all its answers \(exit code 1\): enough/);
  });
});

test("a recovery that refuses a legal disk is a violation", async () => {
  const { record } = await store("refuses-empty");
  expect(record.violations[0]?.guarantee).toBe("recovery-succeeds");
});

test("volatile files are left absent, empty and as they were", async () => {
  const volatileFiles = [{ files: "count", manual: "https://example.org/count" }];
  const tried = { promise: { volatileFiles }, lives: [1], limits: { statesMax: 12 } };
  expect((await store("rebuilds", tried)).record).toMatchObject({ verdict: "held" });
  const { record, store: laidOut = "" } = await store("believes", tried);
  expect(record.verdict).toBe("violated");
  expect(readFileSync(`${laidOut}/count`, "utf8")).toBe("");
});

describe("a module without the storage port", () => {
  test("is recorded in its child", async () => {
    const { record } = await cutPower(programScenario(fsStore, "sound"), {
      lives: [2, 2],
      endings: ["idle", "close"],
    });
    expect(record.problem).toBeUndefined();
    expect(record.verdict).toBe("held");
    const broken = await cutPower(programScenario(fsStore, "no-sync"));
    expect(broken.record.verdict).toBe("violated");
    expect(existsSync(broken.store ?? "")).toBe(true);
  });
});
