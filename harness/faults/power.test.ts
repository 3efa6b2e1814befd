// The power cut as a fault: its texts, what it applies to, what it plans, and when it struck.
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { recorderNeeds } from "../recorder/strace-needs.ts";
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
  it("is a store that uses the storage port, and where there is strace, any other", async () => {
    const program = { ...PORT, usesStoragePort: false };
    expect(power("power").appliesTo(PORT)).toBe(true);
    expect(power("power").appliesTo(program)).toBe(true);
    expect(await power("power").needs(systemClock)).toEqual({ available: true });
    expect(await power("power").needs(systemClock, PORT)).toEqual({ available: true });
    const needs = await recorderNeeds(systemClock);
    expect(await power("power").needs(systemClock, program)).toEqual(needs);
  });

  it("is a chain of a program that is closed, killed at rest, or loses its power", () => {
    const program = { ...PORT, usesStoragePort: false };
    const plans = SEEDS.map((seed) => power("power").plan(seed, WORKLOAD, program));
    const endings = plans.flatMap(({ lives }) => lives.map(({ ending }) => ending.kind));
    expect(new Set(endings)).toEqual(new Set(["close", "idle", "power"]));
    expect(plans.some(({ lives }) => lives[0]?.opensAtOnce === true)).toBe(true);
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
