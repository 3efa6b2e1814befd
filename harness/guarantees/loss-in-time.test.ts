// Allowances of milliseconds: judged by the times of acknowledgements and crash, where they were taken.
import { describe, expect, test } from "vitest";
import { accountLives } from "../history/accounting.ts";
import { APPEND, type HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import type { History, HistoryEvent } from "../history/history.ts";
import { brokenNames, firstMessage, made, none, SYNC } from "./fixtures/hand-made-promise.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

const second: StorePromise = { ...none, kill: { milliseconds: 1000 }, power: "since-barrier" };

/** Acknowledged every 100 ms from 0 on; each crash strikes at `crashMs`. */
function timed({ history }: HandMadeHistory, crashMs: number | undefined): History {
  const withTime = (event: HistoryEvent): HistoryEvent => {
    if (event.kind === "acknowledged") return { ...event, atMs: event.operation * 100 };
    const timedCrash = event.kind === "crash" && crashMs !== undefined;
    return timedCrash ? { ...event, atMs: crashMs } : event;
  };
  return { ...history, events: history.events.map(withTime) };
}

const appends = (): HandMadeHistory => made([APPEND, APPEND, APPEND, APPEND]).run().crash();

function found(...records: readonly number[]): History {
  return timed(appends().found(...records), 1200);
}

/** Killed, then without power before any recovery. */
function twice(...records: readonly number[]): History {
  const life = appends().crash({ during: "idle" }, "power");
  return timed(life.found(...records), 1200);
}

/** Killed and recovered, then another append, at 300, and no power. */
function reopened(...records: readonly number[]): History {
  const lives = made([APPEND, APPEND, APPEND], [APPEND]).run().crash().found(0, 1, 2).run();
  return timed(lives.crash({ during: "idle" }, "power").found(...records), 1150);
}

describe("an allowance of milliseconds", () => {
  test("takes what is not older than that, and not one record more", () => {
    // At 1200 the appends of 0 and 100 are older than a second; that of 200 is just a second old.
    expect(brokenNames(found(0, 1, 2, 3), second)).toEqual([]);
    expect(brokenNames(found(0, 1), second)).toEqual([]);
    expect(brokenNames(found(0), second)).toEqual(["loss-within-allowance"]);
    expect(firstMessage(found(), second)).toMatchInlineSnapshot(
      `"append 0 (life 0) was acknowledged before the last 1000 ms, which may be lost, and is missing, as are 3 more"`,
    );
  });

  test("is not judged, by name, where nobody took the times", () => {
    for (const history of [appends().found().history, timed(appends().found(), undefined)]) {
      const { verdict, notApplicable } = judgeHistory(history, second);
      expect(verdict).toBe("held");
      expect(notApplicable).toEqual(["loss-within-allowance: no times were taken"]);
    }
  });

  test("is not judged, by name, at a power cut in a recording behind a kill that was timed", () => {
    const promise: StorePromise = {
      ...second,
      kill: "since-barrier",
      power: { milliseconds: 1000 },
    };
    const cut = appends().crash({ during: "recovery" }, "power").found();
    const { events, workload } = timed(cut, 1200);
    const untimed = events.map((event): HistoryEvent => {
      if (event.kind !== "crash" || event.fault !== "power") return event;
      const { atMs: _, ...recorded } = event;
      return recorded;
    });
    const { verdict, notApplicable } = judgeHistory({ workload, events: untimed }, promise);
    expect(verdict).toBe("held");
    expect(notApplicable).toEqual(["loss-within-allowance: no times were taken"]);
  });

  test("reaches back through lives where opening the store is no barrier", () => {
    const promise: StorePromise = {
      ...second,
      power: { milliseconds: 1000 },
      kill: { records: 0 },
      recoverySyncs: false,
    };
    expect(brokenNames(reopened(0, 1), promise)).toEqual([]);
    expect(brokenNames(reopened(0), promise)).toEqual(["loss-within-allowance"]);
  });

  test("does not touch what a barrier settled", () => {
    const lost = made([APPEND, SYNC, APPEND]).run().crash().found();
    expect(brokenNames(timed(lost, 10), second)).toEqual(["nothing-lost"]);
  });

  test("is counted as at risk, without a number of records", () => {
    const [account] = accountLives(timed(appends().found(0, 1), 1200), second);
    expect(account).toMatchObject({ atRiskRecords: 2, lostRecords: 2, allowedRecords: null });
  });

  test("joins with a number of records where crashes of both kinds struck", () => {
    const promise: StorePromise = { ...second, power: { records: 3 } };
    expect(brokenNames(twice(0), promise)).toEqual([]);
    expect(brokenNames(twice(), promise)).toEqual(["loss-within-allowance"]);
  });
});

test("an I/O error has an allowance of its own, or that of a power cut", () => {
  const lost = appends().found(0, 1, 2);
  const strict: StorePromise = { ...none, power: { records: 0 } };
  expect(brokenNames(lost.struckBy("io-error"), strict)).toEqual(["loss-within-allowance"]);
  const promise: StorePromise = { ...strict, ioError: { records: 1 } };
  expect(brokenNames(lost.struckBy("io-error"), promise)).toEqual([]);
  expect(brokenNames(lost.struckBy("power"), promise)).toEqual(["loss-within-allowance"]);
});
