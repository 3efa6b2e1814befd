// A program with several operations in flight, recorded and killed: group commit with threads, sound or not.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { parseKillPlan } from "../faults/kill-plan.ts";
import { powerFault } from "../faults/power.ts";
import { eventOrderBreach } from "../history/event-order.ts";
import type { History } from "../history/history.ts";
import { readInstallation } from "../installation.ts";
import { type PowerTrialOutcome, runPowerTrial } from "../power/power-trial.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "../trial.ts";
import type { Workload } from "../workload.ts";
import { appends, groupCommitStore, programScenario } from "./fixtures/program-scenario.ts";

const IN_FLIGHT = 8;

let supervisor: Supervisor;
beforeAll(async () => {
  const { childFile } = readInstallation();
  supervisor = await startSupervisor({ childFile, concurrency: 2, clock: systemClock });
});
afterAll(() => supervisor.close());
beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

const scenario = (mode: string) =>
  programScenario(groupCommitStore, mode, { concurrency: IN_FLIGHT });

function workload(lives: readonly number[]): Workload {
  return { ...appends(lives), concurrency: IN_FLIGHT };
}

/** The most operations that were asked and not answered, and how often a later one was answered first. */
function overlapOf({ events }: Pick<History, "events">): { inFlight: number; overtaken: number } {
  const open = new Set<number>();
  let inFlight = 0;
  let overtaken = 0;
  for (const event of events) {
    if (event.kind === "invoked") open.add(event.operation);
    if (event.kind === "crash") open.clear();
    if (event.kind === "acknowledged") {
      open.delete(event.operation);
      overtaken += [...open].some((other) => other < event.operation) ? 1 : 0;
    }
    inFlight = Math.max(inFlight, open.size);
  }
  return { inFlight, overtaken };
}

async function cutPower(mode: string, lie = false): Promise<PowerTrialOutcome> {
  const fault = powerFault("power");
  if (fault === undefined) throw new TypeError("no power cut");
  const limits = {
    statesMax: 24,
    exhaustiveMax: 8,
    nestedMax: 0,
    nestedStatesMax: 6,
    depth: 1,
  };
  const plan = { lives: [{ ending: { kind: "close" } }] } as const;
  const drawn = { trial: 0, seed: 3, workload: workload([12]), plan, lie, limits };
  return runPowerTrial({ scenario: scenario(mode), fault, ...drawn }, supervisor);
}

async function kill(mode: string, plan: string): Promise<TrialOutcome> {
  const drawn = { trial: 0, seed: 3, workload: workload([24]), plan: parseKillPlan(plan) };
  return runTrial({ scenario: scenario(mode), fault: "kill", ...drawn }, supervisor);
}

describe("a power cut", () => {
  test("leaves what a sound one promised; on a drive that lies it does not", async () => {
    const { record, history } = await cutPower("sound");
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
    expect(eventOrderBreach(history)).toBeUndefined();
    expect(overlapOf(history).inFlight).toBe(IN_FLIGHT);
    expect((await cutPower("sound", true)).record.verdict).toBe("violated");
  });

  test.each(["no-sync", "early", "joins"])("convicts %s", async (mode) => {
    const { record, history } = await cutPower(mode);
    expect(record.problem).toBeUndefined();
    expect(record.verdict).toBe("violated");
    const guarantees = record.violations.map(({ guarantee }) => guarantee);
    expect(guarantees).toEqual(["nothing-lost", "synced-before-acknowledged"]);
    expect(overlapOf(history).inFlight).toBe(IN_FLIGHT);
  });
});

describe("a kill", () => {
  test.each(["kill:ack=1", "kill:ack=5", "kill:close"])(
    "%s takes nothing from a sound one",
    async (plan) => {
      const { record, history } = await kill("sound", plan);
      expect(record.problem).toBeUndefined();
      expect(record.verdict).toBe("held");
      expect(eventOrderBreach(history)).toBeUndefined();
      expect(overlapOf(history).inFlight).toBe(IN_FLIGHT);
    },
  );

  test("convicts one that answers for what is in its buffer", async () => {
    const { record } = await kill("buffers", "kill:ack=5");
    expect(record.violations.map(({ guarantee }) => guarantee)).toContain("nothing-lost");
  });
});
