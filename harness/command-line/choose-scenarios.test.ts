// Which scenarios names stand for, and the exit code that a result stands for.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CampaignResult } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { chooseScenarios } from "./choose-scenarios.ts";
import { exitCode } from "./exit-code.ts";
import { UsageError } from "./usage-error.ts";

function scenario(name: string, inGate: boolean): Scenario {
  const mode = name.split("/")[1] ?? "";
  const workload = { seed: 1, options: {}, lives: [] };
  return {
    name,
    title: name,
    subject: { module: name },
    mode,
    workloads: fc.constant(workload),
    promise: () => {
      throw new TypeError("no promise is asked for here");
    },
    faults: ["kill"],
    requiredStrata: [],
    usesStoragePort: true,
    inGate,
  };
}

const KNOWN = [
  scenario("wal/sync", true),
  scenario("wal/none", true),
  scenario("wal/sync-fresh", false),
  scenario("planted/no-checksum", false),
];

function choose(names: readonly string[], mode?: string): readonly string[] {
  return chooseScenarios(KNOWN, { names, mode, otherWords: ["replay"] }).map(({ name }) => name);
}

function refusal(names: readonly string[], mode?: string): UsageError {
  try {
    choose(names, mode);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new TypeError("nothing was refused");
}

describe("chooseScenarios", () => {
  it("takes the gate's where none is named", () => {
    expect(choose([])).toEqual(["wal/sync", "wal/none"]);
    expect(choose([], "none")).toEqual(["wal/none"]);
  });

  it("takes names in full before beginnings, and those in the gate before others", () => {
    expect(choose(["wal/sync"])).toEqual(["wal/sync"]);
    expect(choose(["wal"])).toEqual(["wal/sync", "wal/none"]);
    expect(choose(["planted"])).toEqual(["planted/no-checksum"]);
    expect(choose(["wal/none", "wal", "wal/sync"])).toEqual(["wal/sync", "wal/none"]);
  });

  it("refuses what it does not know, with what may have been meant", () => {
    expect(refusal(["wal/snyc"])).toMatchObject({ code: "unknown-scenario" });
    expect(refusal(["wal/snyc"]).message).toContain('Did you mean "wal/sync"?');
    expect(refusal(["reply"]).message).toContain('Did you mean "replay"?');
    expect(refusal([""]).code).toBe("unknown-scenario");
    expect(refusal([], "snyc")).toMatchObject({ code: "unknown-mode" });
  });
});

describe("exitCode", () => {
  const notRun = [{ fault: "power", reason: "no strace" }];
  const result = (
    verdict: CampaignResult["verdict"],
    missing = false,
    interrupted = false,
  ): number => exitCode({ verdict, interrupted, notRun: missing ? notRun : [] }, false);

  it("is 0, 1, 3 or 130 by verdict and interruption", () => {
    expect([result("held"), result("violated"), result("inconclusive")]).toEqual([0, 1, 3]);
    expect(result("violated", false, true)).toBe(130);
  });

  it("is 3 for a fault that was asked for and did not run", () => {
    expect(result("held", true)).toBe(0);
    expect(exitCode({ verdict: "held", interrupted: false, notRun }, true)).toBe(3);
    expect(exitCode({ verdict: "violated", interrupted: false, notRun }, true)).toBe(1);
  });
});
