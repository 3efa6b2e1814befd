// The power cut as a fault: its texts, what it applies to, what it plans, and when it struck.
import { describe, expect, it } from "vitest";
import type { Workload } from "../workload.ts";
import type { FaultTarget } from "./fault.ts";
import { parseFault } from "./parse-fault.ts";
import { type PowerFault, powerFault, powerTexts } from "./power.ts";

const LIFE: Workload["lives"][number] = [{ kind: "append", size: 8 }];
const WORKLOAD: Workload = { seed: 1, options: {}, lives: [LIFE, LIFE, LIFE] };
const PORT: FaultTarget = { subject: { module: "ackproof:x" }, usesStoragePort: true };
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

function power(text: string): PowerFault {
  const fault = powerFault(text);
  if (fault === undefined) throw new Error(`no power cut ${text}`);
  return fault;
}

/** A run whose power is cut at so many points. */
function at(points: number): Parameters<PowerFault["strike"]>[1] {
  return { crashEverywhere: async () => points };
}

describe("the texts", () => {
  it.each(powerTexts)("parse back: %s", (text) => {
    expect(parseFault(text)).toMatchObject({ kind: "power", text });
  });

  it("name the profile, which is posix where none is named", () => {
    expect(power("power").profile.name).toBe("posix");
    expect(power("power:ext4").profile.name).toBe("ext4");
    expect(powerFault("power:posix")).toBeUndefined();
    expect(powerFault("power:kill")).toBeUndefined();
  });
});

describe("what it strikes", () => {
  it("is a store that uses the storage port, and says why no other", async () => {
    expect(power("power").appliesTo(PORT)).toBe(true);
    expect(power("power").appliesTo({ ...PORT, usesStoragePort: false })).toBe(false);
    expect(power("power").unfit).toContain("cannot be recorded yet");
    expect(await power("power").needs()).toEqual({ available: true });
  });

  it("is a chain in which kills follow power cuts and power cuts follow kills", () => {
    const plans = SEEDS.map((seed) => power("power").plan(seed, WORKLOAD, PORT));
    expect(plans).toEqual(SEEDS.map((seed) => power("power").plan(seed, WORKLOAD, PORT)));
    const orders = new Set(plans.map(({ lives }) => lives.map((one) => one.ending.kind).join(" ")));
    expect([...orders].some((order) => order.startsWith("call power"))).toBe(true);
    expect([...orders].some((order) => order.startsWith("power call"))).toBe(true);
    expect(plans.some(({ lives }) => lives[0]?.recoveryKill !== undefined)).toBe(true);
  });

  it("was struck where the power was cut at some point", async () => {
    expect(await power("power").strike({ lives: [] }, at(3))).toMatchObject({ struck: true });
    expect(await power("power").strike({ lives: [] }, at(0))).toMatchObject({ struck: false });
  });
});
