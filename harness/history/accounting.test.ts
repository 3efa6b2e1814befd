// Tests of the accounts of lives: what was acknowledged, at risk, lost; and where crashes fell.
import { expect, test } from "vitest";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { accountLives } from "./accounting.ts";
import { APPEND, HandMadeHistory } from "./fixtures/hand-made-history.ts";
import { HistoryError } from "./history-error.ts";
import { readHistory } from "./oracle.ts";

const promise: StorePromise = {
  kill: { records: 2 },
  power: "since-barrier",
  barriers: ["batch", "checkpoint", "sync"],
  batchesAtomic: true,
  ordered: true,
  lsns: true,
};
const made = (...lives: ConstructorParameters<typeof HandMadeHistory>[0]): HandMadeHistory =>
  new HandMadeHistory(lives);

test("records are acknowledged, at risk and lost", () => {
  const life = [APPEND, { kind: "sync" } as const, APPEND, APPEND, APPEND];
  const chain = made(life).run().crash().found(0, 2, 3);
  const { history } = chain;
  expect(accountLives(history, promise)).toEqual([
    {
      life: 0,
      strata: ["idle", "at-risk"],
      acknowledgedRecords: 4,
      atRiskRecords: 2,
      lostRecords: 1,
      allowedRecords: 2,
    },
  ]);
  expect(accountLives(chain.struckBy("power"), promise)).toMatchObject([
    { atRiskRecords: 3, lostRecords: 1, allowedRecords: null },
  ]);
});

test("a loss belongs to the life that wrote the record, also when it shows later", () => {
  const { history } = made([APPEND, APPEND], [APPEND]).run().crash().run().crash().found(0, 2);
  const accounts = accountLives(history, promise);
  expect(accounts.map(({ lostRecords }) => lostRecords)).toEqual([1, 0]);
});

test("truncated, failed and unanswered records are not lost", () => {
  const life = [APPEND, { kind: "checkpoint" } as const, { kind: "truncate" } as const, APPEND];
  const truncated = made([...life, APPEND])
    .open()
    .ack(0, 1, 2)
    .fail(3)
    .ask(4)
    .crashIn(4)
    .found();
  expect(accountLives(truncated.history, promise)).toMatchObject([
    { acknowledgedRecords: 1, atRiskRecords: 0, lostRecords: 0 },
  ]);
});

test("a closed life has nothing at risk from a kill", () => {
  const { history } = made([APPEND]).run().close().found(0);
  expect(accountLives(history, promise)).toMatchObject([{ strata: [], atRiskRecords: 0 }]);
  const cut = made([APPEND]).run().close().crash({ during: "idle" }, "power").found(0);
  expect(accountLives(cut.history, promise)).toMatchObject([{ atRiskRecords: 1 }]);
});

test("each crash has its stratum", () => {
  const { history } = made([APPEND], [{ kind: "batch", sizes: [24] }], [])
    .open()
    .ask(0)
    .crashIn(0, true)
    .crash({ during: "recovery" })
    .crash({ during: "recovery" })
    .open()
    .ask(1)
    .crashIn(1)
    .opening()
    .crash({ during: "open" });
  expect(accountLives(history, promise).map(({ strata }) => strata)).toEqual([
    ["append", "rotation", "recovery", "recovery"],
    ["batch"],
    ["open"],
  ]);
});

test("a recovery that is killed after another one reported changes nothing", () => {
  const { history } = made([APPEND]).run().crash().found().crash({ during: "recovery" }).found();
  expect(accountLives(history, promise)).toMatchObject([
    { acknowledgedRecords: 1, atRiskRecords: 1, lostRecords: 1 },
  ]);
});

test("a history that cannot be read accounts for nothing", () => {
  const history = made([APPEND])
    .open()
    .event({ kind: "invoked", life: 0, operation: 9 })
    .crash().history;
  expect(() => readHistory(history, promise)).toThrow(
    expect.objectContaining({ code: "UNKNOWN_OPERATION" }),
  );
  expect(() => readHistory(history, promise)).toThrow(HistoryError);
  expect(accountLives(history, promise)).toMatchObject([
    { life: 0, acknowledgedRecords: 0, lostRecords: 0 },
  ]);
});
