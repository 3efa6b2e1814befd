// What is a barrier under which fault: stores that sync nothing when they are opened, and kill barriers.
import { describe, expect, test } from "vitest";
import { accountLives } from "../history/accounting.ts";
import { APPEND, type HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import {
  BATCH,
  brokenNames,
  CHECKPOINT,
  firstMessage,
  made,
  none,
  REOPEN,
  SYNC,
  TRUNCATE,
} from "./fixtures/hand-made-promise.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

/** A store that only writes: a kill takes nothing of it, and opening it syncs nothing. */
const unsynced: StorePromise = { ...none, kill: { records: 0 }, recoverySyncs: false };
const strict: StorePromise = { ...unsynced, recoverySyncs: true };
const idle = { during: "idle" } as const;

/** Appends 0 and 1, killed and recovered, then append 2 and no power. */
const cut = (): HandMadeHistory =>
  made([APPEND, APPEND], [APPEND]).run().crash().found(0, 1).run().crash(idle, "power");

/** Append 0 is dropped on request and not found after a kill; then another life. */
function dropped(...second: readonly (typeof SYNC)[]): HandMadeHistory {
  return made([APPEND, CHECKPOINT, TRUNCATE, APPEND], second).run().crash().found(3).run();
}

const flushed = (): HandMadeHistory => made([APPEND, SYNC, APPEND]).run();
const life = (): HandMadeHistory => made([APPEND, SYNC, BATCH]).run();

describe("a recovery that syncs nothing", () => {
  test("lets a power cut take what it reported, from its end", () => {
    for (const found of [[0, 1, 2], [0, 1], [0], []]) {
      expect(brokenNames(cut().found(...found).history, unsynced)).toEqual([]);
    }
    expect(brokenNames(cut().found(0).history, strict)).toEqual(["nothing-lost"]);
  });

  test("lets no kill take anything of it", () => {
    const killed = made([APPEND, APPEND], [APPEND]).run().crash().found(0, 1).run().crash();
    expect(brokenNames(killed.found(0, 1, 2).history, unsynced)).toEqual([]);
    const lost = made([APPEND, APPEND], []).run().crash().found(0, 1).run().crash().found(0);
    expect(brokenNames(lost.history, unsynced)).toEqual(["nothing-lost"]);
  });

  test("lets no hole come up in what one life wrote", () => {
    expect(brokenNames(cut().found(1, 2).history, unsynced)).toEqual(["no-hole"]);
  });

  test("ends at the last barrier, which a later life may have set", () => {
    const synced = made([APPEND, APPEND], [APPEND, SYNC, APPEND])
      .run()
      .crash()
      .found(0, 1)
      .run()
      .crash(idle, "power");
    expect(brokenNames(synced.found(0, 1, 2).history, unsynced)).toEqual([]);
    expect(firstMessage(synced.found(0).history, unsynced)).toContain("append 1 (life 0)");
  });

  test("a barrier gives back nothing that an unreported crash may have taken", () => {
    const promise: StorePromise = { ...unsynced, kill: "since-barrier" };
    const chain = made([APPEND], [APPEND, SYNC]).run().crash().run().crash(idle, "power");
    expect(brokenNames(chain.found(1).history, promise)).toEqual([]);
    const lost = made([APPEND], [APPEND, SYNC]).run().crash().run().crash(idle, "power").found(0);
    expect(brokenNames(lost.history, promise)).toEqual(["nothing-lost"]);
  });

  test("finds the same twice, unless the power fails between", () => {
    const twice = made([APPEND, APPEND]).run().crash().found(0, 1).found(0);
    expect(brokenNames(twice.history, unsynced)).toContain("recovery-repeatable");
    const killed = made([APPEND, APPEND]).run().crash().found(0, 1).crash({ during: "recovery" });
    expect(brokenNames(killed.found(0).history, unsynced)).toContain("recovery-repeatable");
    const without = made([APPEND, APPEND])
      .run()
      .crash()
      .found(0, 1)
      .crash({ during: "recovery" }, "power")
      .found(0);
    expect(brokenNames(without.history, unsynced)).toEqual([]);
    expect(brokenNames(without.history, strict)).toEqual(["nothing-lost", "recovery-repeatable"]);
  });

  test("lets a power cut bring back what it did not find, up to a barrier; a kill never", () => {
    const power = { ...unsynced, barriers: ["sync"] } as const;
    expect(brokenNames(dropped().crash(idle, "power").found(0, 3).history, power)).toEqual([]);
    const late = dropped(SYNC).crash(idle, "power").found(0, 3);
    expect(brokenNames(late.history, power)).toEqual(["nothing-returns"]);
    expect(brokenNames(dropped().crash().found(0, 3).history, power)).toEqual(["nothing-returns"]);
    expect(brokenNames(dropped().crash(idle, "power").found(0, 3).history, strict)).toContain(
      "nothing-returns",
    );
  });

  test("counts a number of records through all lives since the barrier", () => {
    const promise: StorePromise = { ...unsynced, power: { records: 2 } };
    expect(brokenNames(cut().found(0).history, promise)).toEqual([]);
    expect(brokenNames(cut().found().history, promise)).toEqual(["loss-within-allowance"]);
  });

  test("accounts for what the power cut took of earlier lives, and for no record twice", () => {
    expect(accountLives(cut().found(0).history, unsynced)).toMatchObject([
      { atRiskRecords: 2, lostRecords: 1, allowedRecords: null },
      { atRiskRecords: 1, lostRecords: 1, allowedRecords: null },
    ]);
    const promise: StorePromise = { ...unsynced, kill: { records: 1 } };
    const again = made([APPEND, APPEND]).run().crash().found(0).crash(idle, "power").found(0);
    expect(accountLives(again.history, promise)).toMatchObject([{ lostRecords: 1 }]);
  });

  test("makes a reopen a barrier for a power cut only where a close is one", () => {
    const reopened = made([APPEND, REOPEN]).run().crash(idle, "power").found();
    expect(brokenNames(reopened.history, unsynced)).toEqual([]);
    const closing: StorePromise = { ...unsynced, barriers: ["close"] };
    expect(brokenNames(reopened.history, closing)).toEqual(["nothing-lost"]);
    const killed = made([APPEND, REOPEN]).run().crash().found();
    expect(brokenNames(killed.history, { ...unsynced, kill: "since-barrier" })).toEqual([
      "nothing-lost",
    ]);
  });
});

describe("a kill barrier", () => {
  const buffered: StorePromise = {
    ...none,
    barriers: [],
    killBarriers: ["sync"],
    recoverySyncs: false,
  };
  test("keeps all before it from kills", () => {
    expect(brokenNames(flushed().crash().found(0).history, buffered)).toEqual([]);
    expect(firstMessage(flushed().crash().found().history, buffered)).toContain(
      "acknowledged before a barrier (sync 1) and is missing",
    );
  });

  test("keeps nothing from a power cut, also behind a kill", () => {
    const power = flushed().crash().crash({ during: "recovery" }, "power");
    expect(brokenNames(power.found().history, buffered)).toEqual([]);
  });
});

describe("where nothing is promised", () => {
  const anything: StorePromise = { ...none, kill: { records: 0 }, power: "anything" };
  const refused = { kind: "refused", code: "CORRUPT", message: "bad page" } as const;

  test("a loss is none, of settled records neither", () => {
    const judged = judgeHistory(life().crash(idle, "power").found().history, anything);
    expect(judged).toMatchObject({ verdict: "measured", violations: [] });
    expect(judged.notApplicable).toContain("loss-within-allowance: the mode sets no number");
  });

  test("what else is wrong is told, and sets no verdict", () => {
    const altered = life().crash(idle, "power").found(0, { bytes: "AAAA" });
    expect(judgeHistory(altered.history, anything)).toMatchObject({
      verdict: "measured",
      violations: [{ guarantee: "nothing-invented" }],
    });
    const shut = life().crash(idle, "power").recovered(refused);
    expect(brokenNames(shut.history, anything)).toEqual(["recovery-succeeds"]);
    expect(judgeHistory(shut.history, anything).verdict).toBe("measured");
  });

  test("what a fault broke before, under which something is promised, is a violation", () => {
    const killed = life().crash().found().crash({ during: "recovery" }, "power").found();
    expect(judgeHistory(killed.history, anything).verdict).toBe("violated");
    expect(judgeHistory(life().crash().found(0, 2).history, anything).verdict).toBe("held");
  });

  test("a history that proves nothing is inconclusive", () => {
    const unasked = life().crash(idle, "power").event({ kind: "opened", life: 0 });
    expect(judgeHistory(unasked.history, anything).verdict).toBe("inconclusive");
    const unknown = life().crash(idle, "meteor").found();
    expect(judgeHistory(unknown.history, anything).verdict).toBe("inconclusive");
  });
});
