// Tests of lsn-order: each breach of the growth, the uniqueness and the return of LSNs.
import { expect, test } from "vitest";
import { APPEND, HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import { BATCH, brokenNames, CHECKPOINT, made, none } from "./fixtures/hand-made-promise.ts";
import { judgeHistory } from "./judge.ts";

const lsnOf = (operation: number): number => HandMadeHistory.lsnOf(operation);

/** Asks an operation and has it acknowledged with these LSNs. */
function ackWith(
  history: HandMadeHistory,
  operation: number,
  lsns: readonly number[],
): HandMadeHistory {
  return history.ask(operation).event({ kind: "acknowledged", life: 0, operation, lsns });
}

const breach = (history: HandMadeHistory): string | undefined => {
  const { violations } = judgeHistory(history.history, none);
  expect(violations.map(({ guarantee }) => guarantee)).toEqual(["lsn-order"]);
  return violations[0]?.message;
};

test("LSNs that grow with gaps, over lives, are right", () => {
  const history = made([APPEND, CHECKPOINT, BATCH], [APPEND]).run().crash().found(0, 2).run();
  expect(brokenNames(history.crash().found(0, 2, 3).history, none)).toEqual([]);
});

test("an LSN that does not grow", () => {
  const history = ackWith(ackWith(made([APPEND, APPEND]).open(), 0, [5]), 1, [4]).crash();
  expect(breach(history)).toMatchInlineSnapshot(
    `"append 1 (life 0) was given LSN 4, and LSN 5 was given before"`,
  );
});

test("an LSN given twice, in a batch and in another life", () => {
  const batch = ackWith(made([BATCH]).open(), 0, [5, 5]).crash();
  expect(breach(batch)).toMatchInlineSnapshot(
    `"record 1 of batch 0 (life 0) has LSN 5, and so has record 0 of batch 0 (life 0)"`,
  );
  const life = made([APPEND], [APPEND]).run().crash().found().open().ask(1);
  const again = life.event({ kind: "acknowledged", life: 1, operation: 1, lsns: [lsnOf(0)] });
  expect(breach(again.crash())).toMatchInlineSnapshot(
    `"append 1 (life 1) has LSN 1, and so has append 0 (life 0)"`,
  );
});

test("the LSN of an unanswered record that was found is taken", () => {
  const history = made([APPEND], [APPEND]).open().ask(0).crashIn(0);
  const next = history.found({ operation: 0, lsn: 9 }).open().ask(1);
  const again = next.event({ kind: "acknowledged", life: 1, operation: 1, lsns: [9] });
  expect(breach(again.crash())).toMatchInlineSnapshot(
    `"append 1 (life 1) has LSN 9, and so has append 0 (life 0)"`,
  );
});

test("a failed record may show a lower LSN than those acknowledged after it", () => {
  const history = made([APPEND, APPEND]).open().fail(0).ack(1).crash();
  const found = history.found({ operation: 0, lsn: 3 }, 1);
  expect(judgeHistory(found.struckBy("io-error"), none).violations).toEqual([]);
});

test.each([-0.5, Number.NaN, 2 ** 53])("%d is no LSN", (lsn) => {
  expect(breach(ackWith(made([APPEND]).open(), 0, [lsn]).crash())).toContain("no safe integer");
});

test("an acknowledgement gives one LSN a record", () => {
  expect(breach(ackWith(made([APPEND]).open(), 0, []).crash())).toMatchInlineSnapshot(
    `"append 0 (life 0) was acknowledged with 0 LSNs for 1 records"`,
  );
  expect(breach(ackWith(made([BATCH]).open(), 0, [1]).crash())).toContain("1 LSNs for 2 records");
});

test("a record is found with the LSN that was acknowledged", () => {
  const history = made([APPEND]).run().crash().found({ operation: 0, lsn: 77 });
  expect(breach(history)).toMatchInlineSnapshot(
    `"append 0 (life 0) was acknowledged with LSN 1 and found with LSN 77"`,
  );
});

test("a record is found with an LSN", () => {
  const { history } = made([APPEND]).run().crash().found(0);
  const events = history.events.map((event) =>
    event.kind === "recovered" && event.outcome.kind === "found"
      ? {
          ...event,
          outcome: {
            ...event.outcome,
            records: event.outcome.records.map(({ bytes }) => ({ bytes })),
          },
        }
      : event,
  );
  expect(brokenNames({ ...history, events }, none)).toEqual(["lsn-order"]);
});

test("found LSNs grow", () => {
  const asked = made([APPEND, APPEND]).open().fail(0).ask(1).crashIn(1);
  const history = asked
    .found({ operation: 0, lsn: 9 }, { operation: 1, lsn: 3 })
    .struckBy("io-error");
  const { violations } = judgeHistory(history, none);
  expect(violations[0]?.message).toMatchInlineSnapshot(
    `"append 1 (life 0) was found with LSN 3 behind LSN 9"`,
  );
  expect(judgeHistory(history, { ...none, ordered: false }).verdict).toBe("held");
});

test("a store without LSNs is not judged, by name", () => {
  const history = ackWith(made([APPEND]).open(), 0, []).crash().history;
  const { verdict, notApplicable } = judgeHistory(history, { ...none, lsns: false });
  expect(verdict).toBe("held");
  expect(notApplicable).toContain("lsn-order: the store gives no LSNs");
});
