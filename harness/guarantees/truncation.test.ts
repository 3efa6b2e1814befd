// Tests of requested truncations: which beginnings of the log may be missing.
import { describe, expect, test } from "vitest";
import { APPEND } from "../history/fixtures/hand-made-history.ts";
import { brokenNames, CHECKPOINT, made, sync, TRUNCATE } from "./fixtures/hand-made-promise.ts";

describe("truncation", () => {
  const lives = [APPEND, APPEND, CHECKPOINT, APPEND, TRUNCATE, APPEND];

  test("a requested one may take any beginning before the last checkpoint", () => {
    for (const found of [
      [0, 1, 3, 5],
      [1, 3, 5],
      [3, 5],
    ]) {
      expect(
        brokenNames(
          made(lives)
            .run()
            .crash()
            .found(...found).history,
          sync,
        ),
      ).toEqual([]);
    }
  });

  test("it may not take more, nor from the middle", () => {
    const more = made(lives).run().crash().found(5).history;
    expect(brokenNames(more, sync)).toEqual(["nothing-lost", "no-hole"]);
    const middle = made(lives).run().crash().found(0, 3, 5).history;
    expect(brokenNames(middle, sync)).toEqual(["nothing-lost", "no-hole"]);
  });

  test("an unanswered one counts, one that was never asked does not", () => {
    const asked = made(lives).open().ack(0, 1, 2, 3).ask(4).crashIn(4).found(3);
    expect(brokenNames(asked.history, sync)).toEqual([]);
    const never = made(lives).open().ack(0, 1, 2, 3).crash().found(3);
    expect(brokenNames(never.history, sync)).toEqual(["nothing-lost", "no-hole"]);
  });

  test("without a checkpoint it allows nothing", () => {
    const history = made([APPEND, TRUNCATE]).run().crash().found().history;
    expect(brokenNames(history, sync)).toEqual(["nothing-lost"]);
  });

  test("what it took stays away", () => {
    const history = made(lives).run().crash().found(3, 5).found(1, 3, 5).history;
    expect(brokenNames(history, sync)).toEqual(["nothing-returns", "recovery-repeatable"]);
  });
});
