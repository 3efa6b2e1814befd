// Tests of what must be found: nothing-lost and loss-within-allowance, on the smallest histories.
import { describe, expect, test } from "vitest";
import { APPEND, type HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import {
  BATCH,
  batch3,
  brokenNames,
  firstMessage,
  made,
  none,
  oneLife,
  REOPEN,
  SYNC,
  sync,
} from "./fixtures/hand-made-promise.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

const closedAndCut = (): HandMadeHistory =>
  made([APPEND]).run().close().crash({ during: "idle" }, "power").found();

describe("nothing-lost", () => {
  test("all is found", () => {
    expect(brokenNames(oneLife().found(0, 1, 3, 4).history, sync)).toEqual([]);
  });

  test("what follows the last barrier may be lost", () => {
    expect(brokenNames(oneLife().found(0, 1).history, none)).toEqual([]);
  });

  test("what lies before the barrier may not", () => {
    const history = oneLife().found(0).history;
    expect(brokenNames(history, none)).toEqual(["nothing-lost"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"append 1 (life 0) was acknowledged before a barrier (sync 2) and is missing"`,
    );
  });

  test("an append that is a barrier may not, and several are told as one", () => {
    const history = oneLife().found(0, 1).history;
    expect(firstMessage(history, sync)).toMatchInlineSnapshot(
      `"append 3 (life 0) was acknowledged, and is a barrier itself, and is missing, as is 1 more"`,
    );
    expect(judgeHistory(history, sync).violations).toHaveLength(1);
  });

  test("what a recovery has reported may not, and its barrier holds in every mode", () => {
    const history = made([APPEND], []).run().crash().found(0).run().crash().found().history;
    expect(brokenNames(history, none)).toEqual(["nothing-lost"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"append 0 (life 0) was reported by the recovery after life 0 and is missing"`,
    );
  });

  test("a clean close keeps everything from a kill; from a power cut where it is a barrier", () => {
    const history = made([APPEND]).run().close().found().history;
    expect(brokenNames(history, none)).toEqual(["nothing-lost"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"append 0 (life 0) was acknowledged before the store was closed and is missing"`,
    );
    expect(brokenNames(closedAndCut().history, none)).toEqual([]);
    expect(brokenNames(closedAndCut().history, batch3)).toEqual(["nothing-lost"]);
  });

  test("an acknowledged reopen is a barrier, an unanswered one is none", () => {
    const lives = [APPEND, REOPEN, APPEND];
    expect(brokenNames(made(lives).run().crash().found(0).history, none)).toEqual([]);
    expect(brokenNames(made(lives).run().crash().found().history, none)).toEqual(["nothing-lost"]);
    const cut = made(lives).open().ack(0).ask(1).crashIn(1).found();
    expect(brokenNames(cut.history, none)).toEqual([]);
  });

  test("a failed barrier settles nothing", () => {
    const cut = made([APPEND, SYNC]).open().ack(0).fail(1).crash().found();
    expect(judgeHistory(cut.struckBy("io-error"), none).verdict).toBe("held");
  });

  test("failed and unanswered appends may be found or not", () => {
    const lives = [APPEND, APPEND, APPEND];
    const cut = (): HandMadeHistory => made(lives).open().ack(0).fail(1).ask(2).crashIn(2);
    for (const found of [[0], [0, 1], [0, 2], [0, 1, 2]]) {
      expect(
        judgeHistory(
          cut()
            .found(...found)
            .struckBy("io-error"),
          sync,
        ).violations,
      ).toEqual([]);
    }
  });
});

const appends = (): HandMadeHistory => made([APPEND, APPEND, APPEND, APPEND]).run().crash();

describe("loss-within-allowance", () => {
  test("as many as allowed may be lost, from the end", () => {
    for (const found of [
      [0, 1, 2, 3],
      [0, 1, 2],
      [0, 1],
    ]) {
      expect(brokenNames(appends().found(...found).history, batch3)).toEqual([]);
    }
  });

  test("not one more", () => {
    const history = appends().found(0).history;
    expect(brokenNames(history, batch3)).toEqual(["loss-within-allowance"]);
    expect(firstMessage(history, batch3)).toMatchInlineSnapshot(
      `"append 1 (life 0) was acknowledged before the last 2 records of its life, which may be lost, and is missing, as are 2 more"`,
    );
  });

  test("not one that as many shield, however few are missing", () => {
    const history = appends().found(0, 2, 3).history;
    expect(brokenNames(history, batch3)).toEqual(["loss-within-allowance", "no-hole"]);
    expect(firstMessage(history, batch3)).toMatchInlineSnapshot(
      `"append 1 (life 0) was acknowledged before the last 2 records of its life, which may be lost, and is missing"`,
    );
  });

  test("none where none is allowed, though an append is no barrier", () => {
    const flush = { ...none, kill: { records: 0 } };
    const history = appends().found(0, 1, 2).history;
    expect(brokenNames(history, flush)).toEqual(["loss-within-allowance"]);
    expect(firstMessage(history, flush)).toMatchInlineSnapshot(
      `"append 3 (life 0) was acknowledged, in a mode that may lose nothing, and is missing"`,
    );
  });

  test("a barrier starts the count anew", () => {
    const history = oneLife().found(0, 1).history;
    expect(brokenNames(history, batch3)).toEqual([]);
  });

  test("each crash has an allowance of its own", () => {
    const lives = [
      [APPEND, APPEND, APPEND],
      [APPEND, APPEND, APPEND],
    ];
    const cut = (): HandMadeHistory =>
      made(...lives)
        .run()
        .crash()
        .run()
        .crash();
    expect(brokenNames(cut().found(0, 3).history, batch3)).toEqual([]);
    expect(brokenNames(cut().found(0).history, batch3)).toEqual(["loss-within-allowance"]);
  });

  test("a mode without a number is not judged, by name", () => {
    const { notApplicable } = judgeHistory(oneLife().found(0, 1).history, none);
    expect(notApplicable).toEqual(["loss-within-allowance: the mode sets no number"]);
  });

  test("a batch that is no barrier is lost whole or not at all", () => {
    const promise: StorePromise = { ...batch3, barriers: [], kill: { records: 1 } };
    const cut = made([BATCH]).run().crash();
    expect(brokenNames(cut.found().history, promise)).toEqual(["loss-within-allowance"]);
    const two = made([BATCH]).run().crash().found();
    expect(brokenNames(two.history, { ...promise, kill: { records: 2 } })).toEqual([]);
  });
});

const life = (): HandMadeHistory => made([APPEND, APPEND], []).run();

describe("crashes of several kinds", () => {
  const flush: StorePromise = { ...none, kill: { records: 0 } };
  test("what a kill left unsynced is optional at a power cut", () => {
    expect(brokenNames(life().crash().found(0).history, flush)).toEqual(["loss-within-allowance"]);
    const cut = life().crash().crash({ during: "idle" }, "power").found(0);
    expect(brokenNames(cut.history, flush)).toEqual([]);
    const opening = life().crash().opening().crash({ during: "open" }, "power").found();
    expect(brokenNames(opening.history, flush)).toEqual([]);
  });

  test("a kill after the power cut takes nothing back", () => {
    const cut = life().crash({ during: "idle" }, "power").crash({ during: "recovery" }).found(0);
    expect(brokenNames(cut.history, flush)).toEqual([]);
  });

  test("what a recovery between them reported is durable, and so is what an open life found", () => {
    const reported = life().crash().found(0, 1).crash({ during: "recovery" }, "power").found(0);
    expect(brokenNames(reported.history, flush)).toContain("nothing-lost");
    const opened = life().crash().open().crash({ during: "idle" }, "power").found(0);
    expect(brokenNames(opened.history, flush)).toEqual(["loss-within-allowance"]);
  });

  test("corruption may take anything, and a named refusal is no failure", () => {
    const refused = { kind: "refused", code: "corrupt", message: "bad" } as const;
    const promise: StorePromise = {
      ...sync,
      corruption: { damageCodes: ["corrupt"], silentLoss: ["behind-last-proof"] },
    };
    const rotten = (): HandMadeHistory => life().close().crash({ during: "idle" }, "corrupt");
    expect(brokenNames(rotten().found(0).history, promise)).toEqual([]);
    expect(brokenNames(rotten().found(1).history, promise)).toEqual(["no-hole"]);
    expect(brokenNames(rotten().recovered(refused).history, promise)).toEqual([]);
    expect(brokenNames(rotten().recovered(refused).history, sync)).toEqual(["recovery-succeeds"]);
    const killed = life().crash().recovered(refused);
    expect(brokenNames(killed.history, promise)).toEqual(["recovery-succeeds"]);
  });

  test("a crash of no known kind proves nothing", () => {
    const { verdict, problem } = judgeHistory(
      life().crash({ during: "idle" }, "meteor").history,
      none,
    );
    expect(verdict).toBe("inconclusive");
    expect(problem).toContain('no kind of fault is called "meteor"');
  });
});
