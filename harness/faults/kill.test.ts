// The kill as a fault: texts, what it draws, and how it strikes.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import type { Operation, Workload } from "../workload.ts";
import type { FaultTarget, Strike } from "./fault.ts";
import {
  available,
  type ChildRest,
  type KillFault,
  killFault,
  killTexts,
  OPERATION_KILLS,
  type StruckChild,
} from "./kill.ts";
import { countingPlan, everyCallPlan } from "./kill-enumeration.ts";
import { formatKillPlan, formatLifePlan, type WriterKill } from "./kill-plan.ts";
import { faultTexts, parseFault } from "./parse-fault.ts";

const APPENDS = Array.from({ length: 20 }, (): Operation => ({ kind: "append", size: 8 }));
const WORKLOAD: Workload = { seed: 1, options: {}, lives: [APPENDS, APPENDS] };
const PORT: FaultTarget = { subject: { module: "ackproof:x" }, usesStoragePort: true };
const NO_PORT: FaultTarget = { ...PORT, usesStoragePort: false };
const COMMAND: FaultTarget = {
  subject: { command: { write: ["w"], recover: ["r"] } },
  usesStoragePort: false,
};
/** All but the one that a recording plans. */
const DRAWN = killTexts.filter((text) => text !== OPERATION_KILLS);
const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

/** The kill with this text. */
function kill(text: string): KillFault {
  const fault = killFault(text);
  if (fault === undefined) throw new Error(`no kill ${text}`);
  return fault;
}

describe("parseFault", () => {
  it.each(killTexts)("inverts the text of %s", (text) => {
    expect(parseFault(text)).toMatchObject({ text, kind: "kill" });
  });

  it.each(["", "none", "kil", "kill:", "toString", "__proto__"])("refuses %j", (text) => {
    expect(() => parseFault(text)).toThrow(expect.objectContaining({ code: "unknown-fault" }));
  });

  it("lists what there is", () => {
    expect(() => parseFault("lightning")).toThrow(faultTexts.join(", "));
  });
});

describe("where it can be used", () => {
  it("needs process groups", () => {
    expect(available("linux")).toEqual({ available: true });
    expect(available("win32")).toMatchObject({ available: false });
  });

  it("counts calls only of subjects that use the storage port", () => {
    expect(kill("kill:call").appliesTo(NO_PORT)).toBe(false);
    expect(kill("kill:call").appliesTo(PORT)).toBe(true);
    expect(kill("kill").appliesTo(NO_PORT)).toBe(true);
  });

  it("records and counts the file operations of commands alone, and draws no plan", () => {
    const fault = kill(OPERATION_KILLS);
    expect([COMMAND, PORT, NO_PORT].map((target) => fault.appliesTo(target))).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => fault.plan(1, WORKLOAD, COMMAND)).toThrow(
      expect.objectContaining({ code: "bad-plan" }),
    );
  });
});

describe("what it draws", () => {
  it.each(DRAWN)("%s: the same plan from the same seed, one life plan a life", (text) => {
    const fault = kill(text);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const plan = fault.plan(seed, WORKLOAD, PORT);
        expect(plan).toEqual(fault.plan(seed, WORKLOAD, PORT));
        expect(plan.lives).toHaveLength(2);
      }),
    );
  });

  it("never plans a counted call where calls are not counted", () => {
    for (const text of DRAWN.filter((other) => other !== "kill:call")) {
      const plans = SEEDS.map((seed) => formatKillPlan(kill(text).plan(seed, WORKLOAD, NO_PORT)));
      expect(plans.filter((plan) => plan.includes("call="))).toEqual([]);
    }
  });

  it("draws every kind of kill, and closes no last life", () => {
    const lives = SEEDS.flatMap((seed) => kill("kill").plan(seed, WORKLOAD, PORT).lives);
    const kinds = new Set(lives.map(({ writer }) => writer.kind));
    expect([...kinds].sort()).toEqual(["ack", "call", "close", "moment", "open"]);
    const last = lives.filter((_, index) => index % 2 === 1);
    expect(last.filter(({ writer }) => writer.kind === "close")).toEqual([]);
    expect(lives.some(({ recoveries }) => recoveries.length > 0)).toBe(true);
  });

  it("reaches every answer of a life, the first and the last as well", () => {
    const counts = SEEDS.flatMap((seed) =>
      kill("kill:ack")
        .plan(seed, WORKLOAD, PORT)
        .lives.map(({ writer }) => (writer.kind === "ack" ? writer.count : 0)),
    );
    expect(new Set(counts)).toEqual(new Set(APPENDS.map((_, index) => index + 1)));
  });

  it("kills a life without operations where it idles", () => {
    const empty: Workload = { ...WORKLOAD, lives: [[]] };
    expect(kill("kill:ack").plan(1, empty, PORT).lives[0]?.writer.kind).toBe("idle");
  });

  it.each([
    [NO_PORT, 20, 10_000],
    [COMMAND, 1_000, 300_000],
  ])("gives a program the time to start: %j", (target, first, last) => {
    const delays = ["kill:open", "kill:recovery"].flatMap((text) =>
      SEEDS.flatMap((seed) => kill(text).plan(seed, WORKLOAD, target).lives).flatMap(
        ({ writer, recoveries }) =>
          [writer, ...recoveries].flatMap((one) =>
            "afterStartMicros" in one ? [one.afterStartMicros] : [],
          ),
      ),
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(first);
    expect(Math.min(...delays)).toBeLessThan(2 * first);
    expect(Math.max(...delays)).toBeLessThanOrEqual(last);
    expect(Math.max(...delays)).toBeGreaterThan(last / 2);
  });

  it("kills recoveries of every life for kill:recovery", () => {
    const { lives } = kill("kill:recovery").plan(3, WORKLOAD, PORT);
    expect(lives.every(({ recoveries }) => recoveries.length >= 1)).toBe(true);
  });
});

describe("every call", () => {
  it("is enumerated with both edges, for the writer and the recovery of every life", () => {
    const plans = [...everyCallPlan([{ writer: 3, recovery: 1 }, { writer: 2 }])];
    expect(plans.map(formatKillPlan)).toEqual([
      "kill:call=1:before; kill:idle",
      "kill:call=1:after; kill:idle",
      "kill:call=2:before; kill:idle",
      "kill:call=2:after; kill:idle",
      "kill:call=3:before; kill:idle",
      "kill:call=3:after; kill:idle",
      "kill:idle recovery:call=1:before; kill:idle",
      "kill:idle recovery:call=1:after; kill:idle",
      "kill:idle; kill:call=1:before",
      "kill:idle; kill:call=1:after",
      "kill:idle; kill:call=2:before",
      "kill:idle; kill:call=2:after",
    ]);
  });

  it("is counted by a run in which nothing is cut short", () => {
    const [life] = countingPlan(WORKLOAD).lives;
    expect(life && formatLifePlan(life)).toBe("kill:idle recovery:call=999999999:before");
  });
});

/** A child that has come to rest, or never does. */
function childAt(rest: ChildRest | undefined, alive = true): StruckChild & { kills: number } {
  const never = new Promise<never>(() => undefined);
  return {
    jobSentAtMs: systemClock.monotonicMs(),
    firstAcknowledgement: Promise.resolve(systemClock.monotonicMs()),
    rest: rest === undefined ? never : Promise.resolve(rest),
    answers: 4,
    ownKill: undefined,
    kills: 0,
    kill() {
      this.kills += 1;
      return alive;
    },
  };
}

function strike(writer: WriterKill, child: StruckChild): Promise<Strike> {
  const plan = { lives: [{ writer, recoveries: [] }] };
  return kill("kill").strike(plan, { life: 0, child, clock: systemClock });
}

describe("how it strikes", () => {
  it.each<[string, WriterKill, ChildRest | undefined, boolean]>([
    [
      "a writer at work at its moment",
      { kind: "moment", afterFirstAckMicros: 300 },
      undefined,
      true,
    ],
    ["a writer that opens", { kind: "open", afterStartMicros: 300 }, undefined, true],
    ["a writer that waits after its k-th answer", { kind: "ack", count: 4 }, "waiting", true],
    [
      "an idle writer whose call never came",
      { kind: "call", n: 9, edge: "after" },
      "waiting",
      true,
    ],
    [
      "an idle writer long before its moment",
      { kind: "moment", afterFirstAckMicros: 9e9 },
      "waiting",
      true,
    ],
    ["a silent one, which is no strike", { kind: "ack", count: 4 }, "hung", false],
    ["one that broke the protocol, no strike either", { kind: "idle" }, "broke-protocol", false],
  ])("kills %s", async (_, writer, rest, struck) => {
    const child = childAt(rest);
    expect((await strike(writer, child)).struck).toBe(struck);
    expect(child.kills).toBe(1);
  });

  it("finds nothing where the child has ended", async () => {
    expect((await strike({ kind: "idle" }, childAt("ended", false))).struck).toBe(false);
  });

  it("counts a child that killed itself as struck", async () => {
    const child = { ...childAt("ended", false), ownKill: "before call 3, write x" };
    expect((await strike({ kind: "call", n: 3, edge: "before" }, child)).struck).toBe(true);
  });

  it("leaves a writer alone that closes", async () => {
    const child = childAt("ended");
    expect((await strike({ kind: "close" }, child)).struck).toBe(false);
    expect(child.kills).toBe(0);
  });

  it("has no kill for a life or a recovery that its plan does not name", async () => {
    const child = childAt("waiting");
    const plan = { lives: [] };
    const run = { life: 0, child, clock: systemClock };
    expect((await kill("kill").strike(plan, run)).struck).toBe(false);
  });
});
