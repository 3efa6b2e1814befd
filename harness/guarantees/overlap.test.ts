// Tests of what is promised of operations that overlapped: real time orders, barriers, LSNs, numbers.
import { expect, test } from "vitest";
import { APPEND, HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import type { Operation } from "../workload.ts";
import {
  BATCH,
  batch3,
  brokenNames,
  CHECKPOINT,
  EMPTY,
  firstMessage,
  none,
  SYNC,
  sync,
  TRUNCATE,
} from "./fixtures/hand-made-promise.ts";

/** One life with room for four callers. */
const four = (...operations: readonly Operation[]): HandMadeHistory =>
  new HandMadeHistory([operations], 4).open();
const unnumbered = { ...none, lsns: false };
const lsns = (operation: number, lsn: number) =>
  ({ kind: "acknowledged", life: 0, operation, lsns: [lsn] }) as const;
const pair = (): HandMadeHistory => four(APPEND, APPEND, APPEND).askAll(0, 1);
const nameless = (): HandMadeHistory =>
  four(EMPTY, APPEND, EMPTY).askAll(0, 1, 2).answer(0, 1, 2).crash();

test("an operation without an answer is named, and so are an open and a close", () => {
  const waiting = four(APPEND, APPEND, APPEND).askAll(0, 1, 2).answer(1).stall(0, 2).crashIn(0);
  expect(brokenNames(waiting.found(1).history, none)).toEqual(["everything-answered"]);
  expect(firstMessage(waiting.history, none)).toBe(
    "operations 0, 2 of life 0 never got an answer, though nothing was under way any more",
  );
  const one = four(APPEND).ask(0).stall(0).crashIn(0).history;
  expect(firstMessage(one, none)).toMatch(/^operation 0 of life 0 never got an answer/);
  const close = four(APPEND).ack(0).stall().crash().history;
  expect(firstMessage(close, none)).toMatch(/^the open or the close of life 0 never/);
});

test("what overlapped is found in any order, and what followed behind it", () => {
  const history = four(APPEND, APPEND, APPEND).askAll(0, 1).answer(0, 1).ack(2).crash();
  expect(brokenNames(history.found(1, 0, 2).history, unnumbered)).toEqual([]);
  const late = four(APPEND, APPEND, APPEND).askAll(0, 1).answer(0, 1).ack(2).crash();
  expect(brokenNames(late.found(0, 2, 1).history, unnumbered)).toEqual(["log-order"]);
  const numbered = four(APPEND, APPEND).askAll(0, 1).answer(0, 1).crash().found(1, 0).history;
  expect(brokenNames(numbered, none)).toEqual(["lsn-order"]);
});

test("a batch keeps its own order, whatever lies between", () => {
  const found = [{ operation: 0, item: 1 }, 1, { operation: 0, item: 0 }];
  const history = four(BATCH, APPEND)
    .askAll(0, 1)
    .answer(0, 1)
    .crash()
    .found(...found).history;
  expect(brokenNames(history, { ...unnumbered, batchesAtomic: false })).toEqual(["log-order"]);
});

test("a hole lies before what real time, or an LSN, puts behind it", () => {
  const overlapping = four(APPEND, APPEND).askAll(0, 1).answer(0, 1).crash();
  expect(brokenNames(overlapping.found(1).history, unnumbered)).toEqual([]);
  const numbered = four(APPEND, APPEND).askAll(0, 1).answer(0, 1).crash().found(1).history;
  expect(brokenNames(numbered, none)).toEqual(["no-hole"]);
  const following = four(APPEND, APPEND).ack(0, 1).crash().found(1).history;
  expect(brokenNames(following, unnumbered)).toEqual(["no-hole"]);
  const part = four(BATCH, APPEND).askAll(0, 1).answer(1).crashIn(0);
  const rules = { ...unnumbered, batchesAtomic: false };
  expect(brokenNames(part.found({ operation: 0, item: 1 }, 1).history, rules)).toEqual(["no-hole"]);
});

test("a barrier settles what was answered before it was asked for", () => {
  // Append 1 overlaps the sync, though it is answered first.
  const history = (): HandMadeHistory =>
    four(APPEND, APPEND, SYNC).ack(0).askAll(1, 2).answer(1, 2).crash();
  expect(brokenNames(history().found(0).history, unnumbered)).toEqual([]);
  expect(brokenNames(history().found().history, unnumbered)).toEqual(["nothing-lost"]);
  const batch = four(APPEND, BATCH).askAll(0, 1).answer(0, 1).crash().found(0).history;
  expect(brokenNames(batch, unnumbered)).toEqual(["nothing-lost"]);
  const alone = four(APPEND, APPEND).askAll(0, 1).answer(1).crashIn(0).found().history;
  expect(brokenNames(alone, sync)).toEqual(["nothing-lost"]);
});

test("a record is safe with as many behind it as may be lost, and no more are lost than that", () => {
  // Two may be lost. Whichever of four came last is lost first.
  const together = (): HandMadeHistory =>
    four(APPEND, APPEND, APPEND, APPEND).askAll(0, 1, 2, 3).answer(3, 2, 1, 0).crash();
  const rules = { ...batch3, lsns: false };
  expect(brokenNames(together().found(1, 2).history, rules)).toEqual([]);
  expect(brokenNames(together().found(3).history, rules)).toEqual(["loss-within-allowance"]);
  expect(firstMessage(together().found(3).history, rules)).toBe(
    "3 acknowledged records of life 0 are missing, and 2 may be",
  );
  const first = four(APPEND, APPEND, APPEND).ack(0).askAll(1, 2).answer(1, 2).crash();
  expect(brokenNames(first.found().history, rules)).toEqual(["loss-within-allowance"]);
});

test("a truncation may take what a checkpoint may have covered", () => {
  const covered = (): HandMadeHistory =>
    four(APPEND, CHECKPOINT, APPEND, TRUNCATE, APPEND)
      .askAll(0, 1, 2)
      .answer(0, 2, 1)
      .ack(3, 4)
      .crash();
  expect(brokenNames(covered().found(4).history, sync)).toEqual([]);
  expect(brokenNames(covered().found(2, 4).history, sync)).toEqual([]);
  // What was asked for behind the checkpoint's answer is not covered.
  expect(brokenNames(covered().found(0, 2).history, sync)).toEqual(["nothing-lost"]);
  const late = four(APPEND, TRUNCATE, CHECKPOINT).ack(0).askAll(1, 2).answer(2, 1).crash();
  expect(brokenNames(late.found().history, sync)).toEqual([]);
  const after = four(APPEND, APPEND, CHECKPOINT, TRUNCATE).ack(0, 1, 2, 3).crash().found(0).history;
  expect(brokenNames(after, sync)).toEqual(["nothing-lost"]);
});

test("an LSN is above those that were known when its operation was asked for", () => {
  expect(brokenNames(pair().event(lsns(0, 9)).event(lsns(1, 5)).history, none)).toEqual([]);
  expect(brokenNames(pair().event(lsns(0, 9)).event(lsns(1, 9)).history, none)).toEqual([
    "lsn-order",
  ]);
  const third = pair().event(lsns(0, 9)).ask(2).event(lsns(1, 5)).event(lsns(2, 7)).history;
  expect(firstMessage(third, none)).toBe(
    "append 2 (life 0) was given LSN 7, and LSN 9 was given before",
  );
});

test("records without a name are counted, for their place tells nothing", () => {
  expect(brokenNames(nameless().found(1, 0, 2).history, unnumbered)).toEqual([]);
  expect(brokenNames(nameless().found(0, 0, 0, 1).history, unnumbered)).toEqual([
    "nothing-invented",
  ]);
});
