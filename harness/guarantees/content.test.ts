// Tests of what may be found: nothing invented, doubled, out of order, torn, or back from the dead.
import { describe, expect, test } from "vitest";
import { APPEND, type HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import { payload } from "../payload.ts";
import {
  BATCH,
  brokenNames,
  EMPTY,
  firstMessage,
  made,
  none,
  oneLife,
  SYNC,
} from "./fixtures/hand-made-promise.ts";
import { judgeHistory } from "./judge.ts";

const life = (): HandMadeHistory => made([APPEND, APPEND]).open().ack(0).crash();
const bytesOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

describe("nothing-invented", () => {
  test.each([
    ["bytes of nobody", Buffer.from("hello, world")],
    ["an empty value that nobody wrote", Buffer.alloc(0)],
    ["a tag that the workload does not know", Buffer.from("99.0:abc")],
    ["a tag of an operation without payload", Buffer.from("0.1:abc")],
  ])("%s", (_, bytes) => {
    const history = life().found(0, { bytes: bytesOf(bytes) }).history;
    expect(brokenNames(history, none)).toEqual(["nothing-invented"]);
  });

  test("one wrong byte, a cut value, a longer one", () => {
    const right = payload(7, { operation: 0, item: 0 }, 24);
    const wrong = right.map((byte, index) => (index === 11 ? byte ^ 1 : byte));
    for (const bytes of [wrong, right.slice(0, 23), Buffer.concat([right, right])]) {
      const history = life().found({ bytes: bytesOf(bytes), lsn: 1 }).history;
      expect(brokenNames(history, none)).toEqual(["nothing-invented"]);
    }
    const history = life().found({ bytes: bytesOf(wrong), lsn: 1 }).history;
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"value 0 of the recovery after life 0 is record 0 of operation 0 with other bytes, from byte 11 on"`,
    );
  });

  test("a record that nobody had asked for", () => {
    expect(brokenNames(life().found(0, 1).history, none)).toEqual(["nothing-invented"]);
  });

  test("behind an unanswered operation that is the writer's fault, not the store's", () => {
    const history = made([APPEND, APPEND]).open().ask(0).crashIn(0).found(0, 1).history;
    expect(judgeHistory(history, none)).toMatchObject({
      verdict: "inconclusive",
      violations: [],
    });
  });
});

describe("order and multiplicity", () => {
  test("nothing-doubled", () => {
    const history = oneLife().found(0, 1, 1).history;
    expect(brokenNames(history, none)).toEqual(["nothing-doubled", "lsn-order"]);
    expect(brokenNames(history, { ...none, lsns: false })).toEqual(["nothing-doubled"]);
  });

  test("log-order", () => {
    const history = oneLife().found(1, 0).history;
    expect(brokenNames(history, { ...none, lsns: false })).toEqual(["log-order"]);
    expect(brokenNames(history, none)).toEqual(["log-order", "lsn-order"]);
    const unordered = judgeHistory(history, { ...none, ordered: false, lsns: false });
    expect(unordered.verdict).toBe("held");
    expect(unordered.notApplicable).toContain(
      "log-order: the store may print its values in any order",
    );
  });

  test("no-hole", () => {
    const history = oneLife().found(0, 1, 4).history;
    expect(brokenNames(history, none)).toEqual(["no-hole"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"append 3 (life 0) is missing, and append 4 (life 0) behind it was found"`,
    );
    expect(brokenNames(history, { ...none, ordered: false })).toEqual(["no-hole"]);
  });

  test("across the border of two lives a gap is legal", () => {
    const lives = [
      [APPEND, APPEND],
      [APPEND, SYNC],
    ];
    const cut = (): HandMadeHistory =>
      made(...lives)
        .run()
        .crash()
        .run()
        .crash();
    expect(brokenNames(cut().found(0, 2).history, none)).toEqual([]);
    expect(brokenNames(cut().found(1, 2).history, none)).toEqual(["no-hole"]);
    expect(brokenNames(cut().found(0, 1).history, none)).toEqual(["nothing-lost"]);
  });
});

const cut = (): HandMadeHistory => made([APPEND, BATCH], []).open().ack(0).ask(1).crashIn(1);

describe("batch-whole", () => {
  test("an unanswered batch is found whole or not at all", () => {
    expect(brokenNames(cut().found(0).history, none)).toEqual([]);
    expect(brokenNames(cut().found(0, 1).history, none)).toEqual([]);
  });

  test("a part of it is convicted", () => {
    const history = cut().found(0, { operation: 1, item: 0 }).history;
    expect(brokenNames(history, none)).toEqual(["batch-whole"]);
    expect(firstMessage(history, none)).toMatchInlineSnapshot(
      `"record 1 of batch 1 (life 0) is missing, and 1 of the 2 records of batch 1 were found"`,
    );
    const judgement = judgeHistory(history, { ...none, batchesAtomic: false });
    expect(judgement.verdict).toBe("held");
    expect(judgement.notApplicable.join()).toContain("batch-whole");
  });

  test("a record of a batch that was dropped is convicted", () => {
    const history = cut().found(0).run().crash().found(0, { operation: 1, item: 1 }).history;
    expect(brokenNames(history, none)).toEqual(["nothing-returns", "batch-whole"]);
  });
});

describe("records without a name, in any order", () => {
  const unordered = { ...none, ordered: false, lsns: false };
  const lives = [EMPTY, EMPTY, APPEND];

  test("may be missing: nothing tells which ones are", () => {
    for (const found of [[2], [2, 0], [1, 2, 0]]) {
      const history = made(lives)
        .run()
        .close()
        .found(...found).history;
      expect(brokenNames(history, unordered)).toEqual([]);
    }
  });

  test("are never more than were asked for", () => {
    const history = made(lives).run().crash().found(0, 2, 0, 1).history;
    expect(brokenNames(history, unordered)).toEqual(["nothing-invented"]);
  });

  test("leave the others judged", () => {
    const history = made(lives).run().close().found(0, 1).history;
    expect(brokenNames(history, unordered)).toEqual(["nothing-lost"]);
  });
});
