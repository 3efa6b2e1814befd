// Tests of stops-after-error: what follows a failed call is not acknowledged, until the store is opened again.
import { describe, expect, test } from "vitest";
import { APPEND, HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import {
  brokenNames,
  firstMessage,
  made,
  none,
  REOPEN,
  SYNC,
  sync,
} from "./fixtures/hand-made-promise.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

const stops: StorePromise = { ...sync, failsStop: true };

/** The call fails in the life at work. */
function strike(history: HandMadeHistory, failure = "write#3:EIO"): HandMadeHistory {
  const life = history.history.events.at(-1)?.life ?? 0;
  return history.event({ kind: "io-error", life, failure });
}

function acknowledge(history: HandMadeHistory, operation: number): HandMadeHistory {
  const life = history.history.events.at(-1)?.life ?? 0;
  const lsns = [HandMadeHistory.lsnOf(operation)];
  return history.event({ kind: "acknowledged", life, operation, lsns });
}

describe("stops-after-error", () => {
  test("the call that was struck, and those behind it", () => {
    const swallowed = acknowledge(strike(made([APPEND]).open().ask(0)), 0)
      .crash()
      .found(0).history;
    expect(brokenNames(swallowed, stops)).toEqual(["stops-after-error"]);
    expect(firstMessage(swallowed, stops)).toMatchInlineSnapshot(
      `"append 0 (life 0) was acknowledged, though a call of the disk had failed before it (write#3:EIO)"`,
    );
    const later = strike(made([APPEND, APPEND]).open().ask(0)).event({
      kind: "failed",
      life: 0,
      operation: 0,
      code: "EIO",
      message: "it failed",
    });
    expect(brokenNames(later.ack(1).crash().found(1).history, stops)).toEqual([
      "stops-after-error",
    ]);
  });

  test.each(["open", "close", "recovery"])("an acknowledged %s", (step) => {
    const history = made([APPEND]);
    if (step === "open")
      strike(history.opening()).event({ kind: "opened", life: 0 }).ack(0).crash();
    if (step === "close") strike(history.run()).close();
    if (step === "recovery") strike(history.run().crash());
    expect(brokenNames(history.found(0).history, stops)).toEqual(["stops-after-error"]);
  });

  test("is told once a failure", () => {
    const history = strike(made([APPEND, APPEND]).open())
      .ack(0)
      .ack(1)
      .crash()
      .found(0, 1).history;
    expect(judgeHistory(history, stops).violations).toHaveLength(1);
  });

  test("nothing behind a reopen that was asked for later, or in another life", () => {
    const reopened = strike(made([APPEND, REOPEN, APPEND]).open().ack(0))
      .ack(1)
      .ack(2);
    expect(brokenNames(reopened.crash().found(0, 2).history, stops)).toEqual([]);
    const next = strike(made([APPEND], [APPEND]).open())
      .crash()
      .run()
      .crash()
      .found(1);
    expect(brokenNames(next.history, stops)).toEqual([]);
  });

  test("but a reopen in which it struck is one that should have failed", () => {
    const reopened = strike(made([REOPEN]).open().ask(0));
    const history = reopened.event({ kind: "acknowledged", life: 0, operation: 0, lsns: [] });
    expect(brokenNames(history.crash().found().history, stops)).toEqual(["stops-after-error"]);
  });

  test.each(["write#1:short", "write#2:EINTR", "syncData#1:EIO,late"])(
    "%s may be mended",
    (failure) => {
      const history = strike(made([APPEND]).open(), failure)
        .ack(0)
        .crash()
        .found(0).history;
      expect(brokenNames(history, stops)).toEqual([]);
    },
  );

  test("is not asked of a store that does not promise it", () => {
    const history = strike(made([APPEND]).open())
      .ack(0)
      .crash()
      .found(0).history;
    expect(brokenNames(history, sync)).toEqual([]);
    expect(judgeHistory(history, sync).notApplicable.join()).toContain("stops-after-error");
  });
});

describe("an I/O error excuses", () => {
  test("an opening or a recovery in which it struck, and no later one", () => {
    const refused = { kind: "refused", message: "EIO" } as const;
    const failed = strike(made([APPEND], []).run().crash().opening());
    failed.event({ kind: "open-failed", life: 1, message: "EIO" });
    expect(brokenNames(failed.found(0).history, sync)).toEqual([]);
    const recovery = strike(made([APPEND]).run().crash()).recovered(refused);
    expect(brokenNames(recovery.found(0).history, sync)).toEqual([]);
    expect(brokenNames(recovery.recovered(refused).history, sync)).toEqual(["recovery-succeeds"]);
    const before = strike(made([APPEND]).run())
      .crash()
      .recovered(refused);
    expect(brokenNames(before.history, sync)).toEqual(["recovery-succeeds"]);
  });

  test("operations behind it, up to an acknowledged reopen", () => {
    const failing = strike(made([APPEND, APPEND]).open().ack(0))
      .fail(1)
      .crash()
      .found(0);
    expect(brokenNames(failing.history, sync)).toEqual([]);
    const early = made([APPEND, APPEND]).open().ack(0).fail(1);
    expect(brokenNames(strike(early).crash().found(0).history, sync)).toEqual([
      "writable-after-recovery",
    ]);
    const reopened = strike(made([APPEND, REOPEN, APPEND]).open().ack(0))
      .ack(1)
      .fail(2);
    expect(brokenNames(reopened.crash().found(0).history, sync)).toEqual([
      "writable-after-recovery",
    ]);
  });

  test("what only the page cache had, also from a kill, and nothing that a barrier settled", () => {
    const flushed: StorePromise = { ...none, kill: { records: 0 } };
    const kept = made([APPEND, SYNC, APPEND]).run();
    expect(
      brokenNames(made([APPEND, SYNC, APPEND]).run().crash().found(0).history, flushed),
    ).toEqual(["loss-within-allowance"]);
    expect(brokenNames(strike(kept).crash().found(0).history, flushed)).toEqual([]);
    const lost = strike(made([APPEND, SYNC, APPEND]).run())
      .crash()
      .found();
    expect(brokenNames(lost.history, flushed)).toEqual(["nothing-lost"]);
    const settled = strike(made([APPEND, SYNC]).open().ack(0), "write#1:short")
      .ack(1)
      .crash();
    expect(brokenNames(settled.found().history, flushed)).toEqual(["nothing-lost"]);
  });
});
