// Tests of recoveries: they succeed, repeat, bring nothing back, and leave a store that works.
import { describe, expect, test } from "vitest";
import { APPEND } from "../history/fixtures/hand-made-history.ts";
import type { HistoryEvent } from "../history/history.ts";
import {
  brokenNames,
  firstMessage,
  made,
  none,
  oneLife,
  sync,
} from "./fixtures/hand-made-promise.ts";
import { judgeHistory } from "./judge.ts";

describe("recoveries", () => {
  test("nothing-returns", () => {
    const lives = [[APPEND, APPEND], [APPEND]];
    const history = made(...lives)
      .run()
      .crash()
      .found(0)
      .run()
      .crash()
      .found(0, 1, 2).history;
    expect(brokenNames(history, none)).toEqual(["nothing-returns"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"append 1 (life 0) is back, and the recovery after life 0 did not find it"`,
    );
  });

  test("recovery-repeatable", () => {
    const twice = oneLife().found(0, 1).crash({ during: "recovery" }).found(0, 1);
    expect(brokenNames(twice.history, none)).toEqual([]);
    const other = oneLife().found(0, 1, 3).found(0, 1);
    expect(brokenNames(other.history, none)).toEqual(["nothing-lost", "recovery-repeatable"]);
    const lsns = made([APPEND]).open().ask(0).crashIn(0).found({ operation: 0, lsn: 1 });
    expect(brokenNames(lsns.found({ operation: 0, lsn: 2 }).history, none)).toEqual([
      "recovery-repeatable",
    ]);
  });

  test("unordered recoveries are compared as sets", () => {
    const history = oneLife().found(0, 1).found(1, 0).history;
    expect(brokenNames(history, { ...none, ordered: false })).toEqual([]);
  });

  test("a writer at work between two recoveries may add", () => {
    const history = made([APPEND], [APPEND]).run().crash().found(0).run().crash().found(0, 1);
    expect(brokenNames(history.history, none)).toEqual([]);
  });

  test.each([
    [{ kind: "refused", message: "bad header", code: "EBAD" } as const],
    [{ kind: "refused", message: "x".repeat(500) } as const],
    [{ kind: "hung", limitMs: 5000 } as const],
    [{ kind: "died", message: "SIGSEGV" } as const],
  ])("recovery-succeeds: %j", (outcome) => {
    const history = oneLife().recovered(outcome).history;
    expect(brokenNames(history, none)).toEqual(["recovery-succeeds"]);
    expect(firstMessage(history, none)?.length).toBeLessThan(300);
  });

  test("recovery-succeeds: a life that cannot open", () => {
    const history = oneLife().opening().event({ kind: "open-failed", life: 1, message: "locked" });
    const lives = {
      ...history.history,
      workload: { ...history.workload, lives: [...history.workload.lives, []] },
    };
    expect(brokenNames(lives, none)).toEqual(["recovery-succeeds"]);
    const events: HistoryEvent[] = [
      ...lives.events,
      { kind: "crash", life: 1, fault: "io-error", point: { during: "open" } },
    ];
    expect(judgeHistory({ ...lives, events }, none).verdict).toBe("held");
  });

  test("writable-after-recovery", () => {
    const history = made([APPEND, APPEND, APPEND]).open().ack(0).fail(1).fail(2).crash().found(0);
    expect(brokenNames(history.history, sync)).toEqual(["writable-after-recovery"]);
    expect(judgeHistory(history.history, sync).violations).toHaveLength(1);
    expect(brokenNames(history.history, { ...sync, recordLimitBytes: 23 })).toEqual([]);
    expect(brokenNames(history.history, { ...sync, recordLimitBytes: 24 })).toHaveLength(1);
    const injected = judgeHistory(history.struckBy("io-error"), sync);
    expect(injected.verdict).toBe("held");
    expect(injected.notApplicable.join()).toContain("writable-after-recovery");
  });
});
