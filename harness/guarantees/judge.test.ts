// Tests of judging as a whole: what is inconclusive, and how verdicts merge.
import { describe, expect, test } from "vitest";
import { APPEND } from "../history/fixtures/hand-made-history.ts";
import { readHistory } from "../history/oracle.ts";
import { EMPTY, made, none, oneLife } from "./fixtures/hand-made-promise.ts";
import { guarantees, judgeHistory, judgeView } from "./judge.ts";

const view = (): Parameters<typeof judgeView>[0] => {
  const { history } = oneLife().found(0, 1);
  const oracle = readHistory(history, none);
  return {
    history,
    operations: history.workload.lives.flat(),
    promise: none,
    oracle,
  };
};

describe("judging", () => {
  const throwing = {
    name: "throwing",
    statement: "It throws.",
    judge: () => {
      throw new RangeError("out of order");
    },
  };

  test("a check that throws is inconclusive and named", () => {
    expect(judgeView(view(), [throwing, ...guarantees])).toMatchObject({
      verdict: "inconclusive",
      violations: [],
      problem: "throwing could not be judged: out of order",
    });
  });

  test("a violation is worse than a check that throws", () => {
    const violation = { guarantee: "broken", life: 0, message: "broken", operations: [] };
    const convicting = { name: "broken", statement: "Never.", judge: () => [violation] };
    expect(judgeView(view(), [throwing, convicting]).verdict).toBe("violated");
  });

  test("a history whose events cannot have happened is inconclusive", () => {
    const history = made([APPEND])
      .open()
      .event({ kind: "acknowledged", life: 0, operation: 0, lsns: [] });
    expect(judgeHistory(history.history, none).verdict).toBe("inconclusive");
  });

  test("a history that cannot be read is inconclusive", () => {
    const many = Array.from({ length: 2100 }, () => EMPTY);
    const { history } = made(many)
      .run()
      .crash()
      .found(...many.keys());
    const cut = history.events.at(-1);
    expect(cut?.kind).toBe("recovered");
    expect(judgeHistory(history, none).problem).toContain("without a name");
  });

  test("names are distinct and each has a statement", () => {
    expect(new Set(guarantees.map(({ name }) => name)).size).toBe(guarantees.length);
    expect(guarantees.every(({ statement }) => /^[A-Z].*\.$/.test(statement))).toBe(true);
  });
});
