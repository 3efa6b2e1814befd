// Trials with operations in flight, with real children: killed at random, and nothing sound is convicted.
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { parseKillPlan } from "./faults/kill-plan.ts";
import { eventOrderBreach } from "./history/event-order.ts";
import type { History, HistoryEvent } from "./history/history.ts";
import type { Scenario } from "./scenario.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "./trial.ts";
import type { Operation, Workload } from "./workload.ts";
import { workloadArbitrary } from "./workload-arbitraries.ts";

const CHILD = fileURLToPath(new URL("../dist/child.cjs", import.meta.url));
const STORE = fileURLToPath(new URL("supervisor/fixtures/overlapping-store.mjs", import.meta.url));
const SLOTS = 4;
const TRIALS = 40;

const appends = (count: number): readonly Operation[] =>
  Array.from({ length: count }, () => ({ kind: "append", size: 40 }));

const SCENARIO: Scenario = {
  name: "test/overlapping-store",
  title: "a store whose answers come late and out of order",
  subject: { module: STORE, export: "overlappingStore" },
  mode: "sync",
  workloads: workloadArbitrary({
    lives: { min: 1, max: 3 },
    operations: { min: 4, max: 24 },
    concurrency: { min: 1, max: 9 },
    weights: { append: 8, batch: 0, checkpoint: 0, sync: 1, truncate: 0, reopen: 1 },
    leastSize: 24,
    options: fc.constant({}),
    sizeEdges: () => [],
    countEdges: () => [12],
  }),
  promise: () => ({
    kill: { records: 0 },
    power: { records: 0 },
    barriers: ["append", "sync", "close"],
    batchesAtomic: false,
    ordered: true,
    lsns: false,
    concurrency: 9,
  }),
  faults: ["kill"],
  requiredStrata: [],
  usesStoragePort: true,
  inGate: false,
};

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startSupervisor({ childFile: CHILD, concurrency: 2, clock: systemClock });
});

afterAll(() => supervisor.close());

function attempt(
  plan: string,
  given: Partial<Workload> = {},
  lie?: boolean,
): Promise<TrialOutcome> {
  const workload = { seed: 7, options: {}, lives: [appends(12)], concurrency: SLOTS, ...given };
  return runTrial(
    {
      scenario: SCENARIO,
      fault: "kill",
      trial: 1,
      seed: 11,
      workload,
      plan: parseKillPlan(plan),
      ...(lie === undefined ? {} : { lie }),
    },
    supervisor,
  );
}

const answers = (events: readonly HistoryEvent[]): readonly number[] =>
  events.flatMap((event) => (event.kind === "acknowledged" ? [event.operation] : []));

/** Of each life that was killed: operations that were asked and not answered. */
function inFlightAtCrashes({ events }: History): readonly number[] {
  const counts: number[] = [];
  let inFlight = 0;
  for (const { kind } of events) {
    if (kind === "open") inFlight = 0;
    if (kind === "invoked") inFlight += 1;
    if (kind === "acknowledged" || kind === "failed") inFlight -= 1;
    if (kind === "crash") counts.push(inFlight);
  }
  return counts;
}

describe("operations in flight", () => {
  it("are killed at random moments, and the history is one that can have happened", async () => {
    let overtaken = 0;
    const inFlight: number[] = [];
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const request = { scenario: SCENARIO, fault: "kill", trial: seed, seed };
      const { history, record } = await runTrial(request, supervisor);
      expect(eventOrderBreach(history)).toBeUndefined();
      expect({
        seed,
        verdict: record.verdict,
        why: record.violations[0] ?? record.problem,
      }).toEqual({ seed, verdict: "held", why: undefined });
      const slots = history.workload.concurrency ?? 1;
      const counts = inFlightAtCrashes(history);
      for (const count of counts) expect(count).toBeLessThanOrEqual(slots);
      inFlight.push(...counts);
      const answered = answers(history.events);
      if (answered.some((operation, place) => operation < (answered[place - 1] ?? 0)))
        overtaken += 1;
    }
    expect(overtaken).toBeGreaterThan(0);
    expect(Math.max(...inFlight)).toBeGreaterThan(1);
  });

  it("are left in flight after exactly k answers", async () => {
    const { history, record } = await attempt("kill:ack=3");
    expect(answers(history.events)).toHaveLength(3);
    expect(inFlightAtCrashes(history)).toEqual([SLOTS - 1]);
    expect(record.verdict).toBe("held");
  });

  it.each([4, 9, 14])("end with the process at call %i of the storage", async (n) => {
    const { history, record } = await attempt(`kill:call=${n}:after`);
    expect(eventOrderBreach(history)).toBeUndefined();
    expect(record.lives[0]?.struck).toBe(true);
    expect(record.verdict).toBe("held");
  });

  it("are all answered before a close, and a reopen is alone", async () => {
    const lives = [[...appends(5), { kind: "reopen" } as const, ...appends(5)]];
    const { history, record } = await attempt("kill:close", { lives });
    expect(answers(history.events)).toHaveLength(11);
    expect(record.lives[0]?.ended).toBe("closed");
    expect(record.verdict).toBe("held");
  });

  it("convict a writer that acknowledges what it has not done", async () => {
    const { record } = await attempt("kill:idle", {}, true);
    expect(record.verdict).toBe("violated");
  });
});
