// What is counted behind an I/O error: the answer to whatever it struck.
import { expect, test } from "vitest";
import { answersToFailures } from "./after-failure.ts";
import type { HistoryEvent } from "./history.ts";

const life = 0;
const OPEN: HistoryEvent = { kind: "open", life };
const OPENED: HistoryEvent = { kind: "opened", life };
const ERROR: HistoryEvent = { kind: "io-error", life, failure: "sync#1:EIO" };
const CRASH: HistoryEvent = { kind: "crash", life, fault: "kill", point: { during: "idle" } };
const asked = (operation: number): HistoryEvent => ({ kind: "invoked", life, operation });
const acked = (operation: number): HistoryEvent => ({
  kind: "acknowledged",
  life,
  operation,
  lsns: [],
});
const refused: HistoryEvent = { kind: "open-failed", life, message: "no" };
const failed = (operation: number): HistoryEvent => ({
  kind: "failed",
  life,
  operation,
  code: "EIO",
  message: "no",
});

test.each<[string, readonly HistoryEvent[]]>([
  ["acknowledged", [OPEN, OPENED, asked(0), ERROR, acked(0)]],
  ["failed", [OPEN, OPENED, asked(0), ERROR, failed(0), asked(1), acked(1)]],
  ["acknowledged", [OPEN, OPENED, asked(0), asked(1), ERROR, failed(1), acked(0)]],
  ["ended", [OPEN, OPENED, asked(0), ERROR, CRASH]],
  ["ended", [OPEN, OPENED, asked(0), ERROR]],
  ["opened", [OPEN, ERROR, OPENED, asked(0), acked(0)]],
  ["refused", [OPEN, ERROR, refused]],
  ["ended", [OPEN, ERROR, CRASH]],
  ["idle", [OPEN, OPENED, asked(0), acked(0), ERROR, { kind: "closed", life }]],
])("%s", (answer, events) => {
  expect(answersToFailures(events)).toEqual({ [`sync:EIO ${answer}`]: 1 });
});

test("each error counts, by its call", () => {
  const write: HistoryEvent = { kind: "io-error", life, failure: "write#2:ENOSPC" };
  const events = [OPEN, OPENED, asked(0), ERROR, acked(0), asked(1), write, ERROR, acked(1)];
  expect(answersToFailures(events)).toEqual({
    "sync:EIO acknowledged": 2,
    "write:ENOSPC acknowledged": 1,
  });
  expect(answersToFailures([OPEN, OPENED])).toEqual({});
});
