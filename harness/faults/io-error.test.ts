// The I/O error as a fault: its texts, what each draws from, what it applies to, and what it plans.
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import type { Workload } from "../workload.ts";
import type { FaultTarget } from "./fault.ts";
import { type IoErrorFault, ioErrorFault } from "./io-error.ts";
import {
  EACH_IO_ERROR,
  type FailureOfCall,
  failuresOf,
  ioErrorTexts,
  unstruckCalls,
} from "./io-error-text.ts";
import { parseFault } from "./parse-fault.ts";

const LIFE: Workload["lives"][number] = [{ kind: "append", size: 8 }];
const WORKLOAD: Workload = { seed: 1, options: {}, lives: [LIFE, LIFE, LIFE] };
const PORT: FaultTarget = { subject: { module: "ackproof:x" }, usesStoragePort: true };
const NOT_FOR_PROGRAMS = ["io-error:short", "io-error:reverted", "io-error:late"];
const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

function ioError(text: string): IoErrorFault {
  const fault = ioErrorFault(text);
  if (fault === undefined) throw new Error(`no I/O error ${text}`);
  return fault;
}

function drawn(text: string): readonly FailureOfCall[] {
  return failuresOf(text) ?? [];
}

/** A run whose power is cut at so many points. */
function at(points: number): Parameters<IoErrorFault["strike"]>[1] {
  return { crashEverywhere: async () => points };
}

describe("the texts", () => {
  it.each(ioErrorTexts)("parse back: %s", (text) => {
    expect(parseFault(text)).toMatchObject({ kind: "io-error", text });
  });

  it.each(["io-error:", "io-error:EBADF", "io-error:posix", "toString"])("refuse %j", (text) => {
    expect(ioErrorFault(text)).toBeUndefined();
    expect(failuresOf(text)).toBeUndefined();
  });

  it("narrow what is drawn, and each leaves something", () => {
    for (const text of ioErrorTexts) expect(drawn(text), text).not.toEqual([]);
    for (const kind of ["EIO", "ENOSPC", "EINTR", "short", "slow"]) {
      const kinds = new Set(drawn(`io-error:${kind}`).map((failure) => failure.kind));
      expect(kinds).toEqual(new Set([kind]));
    }
    const caches = new Set(drawn("io-error:reverted").map(({ cache }) => cache));
    expect(caches).toEqual(new Set(["reverted"]));
    expect(new Set(drawn("io-error:late").map(({ cache }) => cache))).toEqual(new Set(["late"]));
  });

  it("draw no error that is told late, unless they ask for it; and that one only informs", () => {
    for (const text of ioErrorTexts) {
      const isLate = text === "io-error:late";
      expect(failuresOf(text)?.some(({ cache }) => cache === "late")).toBe(isLate);
      expect(ioError(text).setsVerdict).toBe(!isLate);
    }
    expect(failuresOf(EACH_IO_ERROR)).toEqual(failuresOf("io-error"));
  });
});

describe("what it strikes", () => {
  it("is a store that uses the storage port, or a program where strace can do it", async () => {
    const program = { ...PORT, usesStoragePort: false };
    const fitting = ioErrorTexts.filter((text) => ioError(text).appliesTo(program));
    expect(fitting).toEqual(ioErrorTexts.filter((text) => !NOT_FOR_PROGRAMS.includes(text)));
    for (const text of ioErrorTexts) expect(ioError(text).appliesTo(PORT)).toBe(true);
    expect(await ioError("io-error").needs(systemClock, PORT)).toEqual({ available: true });
  });

  it("of a program is nothing that lasts, is a part of a call, or changes its page cache", () => {
    const fault = ioError("io-error");
    for (const seed of SEEDS) {
      const { lives } = fault.plan(seed, WORKLOAD, { ...PORT, usesStoragePort: false });
      const [failing, ...others] = lives.filter(({ failure }) => failure !== undefined);
      const { failure, ending } = failing ?? lives[0] ?? { ending: { kind: "power" } };
      expect(others).toEqual([]);
      // A power cut in the chain may come before the call does.
      expect(["close", "idle"]).toContain(ending.kind);
      const among = failure?.kind === "drawn" ? failure.among : [];
      expect(among.length).toBeGreaterThan(0);
      for (const { lasts, cache, kind } of among) {
        expect([lasts, cache, kind === "short"]).toEqual([false, "kept", false]);
      }
    }
  });

  it("is one call of a life, or of the recovery behind it, with another life to follow", () => {
    const plans = SEEDS.map((seed) => ioError("io-error:EIO").plan(seed, WORKLOAD, PORT));
    expect(plans).toEqual(SEEDS.map((seed) => ioError("io-error:EIO").plan(seed, WORKLOAD, PORT)));
    const failing = plans.map(({ lives }) =>
      lives.findIndex((life) => (life.failure ?? life.recoveryFailure) !== undefined),
    );
    expect(new Set(failing)).toEqual(new Set([0, 1]));
    const struck = plans.flatMap(({ lives }) => lives).filter(({ failure }) => failure);
    expect(new Set(struck.map(({ ending }) => ending.kind))).toEqual(
      new Set(["close", "idle", "call", "power"]),
    );
    expect(struck.some(({ opensAtOnce }) => opensAtOnce === true)).toBe(true);
    expect(plans.some(({ lives }) => lives.some((life) => life.recoveryFailure))).toBe(true);
    const [failure] = struck.flatMap((life) => life.failure ?? []);
    expect(failure).toMatchObject({ kind: "drawn", among: failuresOf("io-error:EIO") });
  });

  it("was struck where the power was cut at some point", async () => {
    expect(await ioError("io-error").strike({ lives: [] }, at(3))).toMatchObject({ struck: true });
    expect(await ioError("io-error").strike({ lives: [] }, at(0))).toMatchObject({ struck: false });
  });
});

describe("what a row has to have struck", () => {
  it("is a write, a sync and a call that goes by a name", () => {
    expect(unstruckCalls("io-error", {})).toEqual(["write", "sync", "a name"]);
    expect(unstruckCalls("io-error", { "write:EIO": 1, "open:EIO": 2 })).toEqual(["sync"]);
    const all = { "write:EIO": 1, "syncData:EIO": 1, "rename:ENOSPC": 1 };
    expect(unstruckCalls("io-error", all)).toEqual([]);
  });

  it("is no call that the store never makes", () => {
    expect(unstruckCalls("io-error", {}, ["write", "open"])).toEqual(["write", "a name"]);
    expect(unstruckCalls("io-error", { "write:EIO": 1 }, ["write"])).toEqual([]);
  });

  it("is no call that its failures know nothing of, and nothing of another fault", () => {
    expect(unstruckCalls("io-error:short", {})).toEqual(["write"]);
    expect(unstruckCalls("io-error:reverted", { "sync:EIO": 1 })).toEqual([]);
    expect(unstruckCalls("power", {})).toEqual([]);
  });
});
