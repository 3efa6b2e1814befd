// The marks of a recorded process: asked when it reads, promised when it answers, ended as it ended.
import { expect, test } from "vitest";
import type { MarkSource } from "../recorder/call-handler.ts";
import { parseAnswer, parseChildLine } from "../supervisor/protocol.ts";
import {
  commandMarks,
  moduleMarks,
  recoveryMarks,
  type SessionEnd,
  StruckElsewhere,
} from "./session-marks.ts";

const CLOSE: SessionEnd = { kind: "close" };
const MODULE = { life: 0, end: CLOSE, parse: parseChildLine, first: 0 };

function command(end: SessionEnd, reopened?: number): MarkSource {
  const asked = [
    { operation: 4, from: 0, after: [] },
    { operation: 5, from: 20, after: [] },
  ];
  const again = reopened === undefined ? {} : { reopened };
  return commandMarks({ life: 1, end, parse: parseAnswer, asked, ...again });
}

const said = (marks: MarkSource, text: string) => marks.answered(Buffer.from(text));
const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

test("an operation is asked with the first byte that is read of it, and answered by a whole line", () => {
  const marks = command(CLOSE);
  expect(marks.begun()).toEqual([{ kind: "open", life: 1 }]);
  expect(kinds(marks.delivered(20))).toEqual(["opened", "invoked"]);
  expect(said(marks, "ack ")).toEqual([]);
  expect(said(marks, "4 9\n")).toEqual([
    { kind: "acknowledged", life: 1, operation: 4, lsns: [9] },
  ]);
  expect(marks.delivered(1)).toEqual([{ kind: "invoked", life: 1, operation: 5 }]);
  expect(kinds(said(marks, "err 5 EIO broken\n"))).toEqual(["failed"]);
  expect(marks.exited(0)).toEqual([{ kind: "closed", life: 1 }]);
});

test("a close that fails, and a kill, are crashes of the process", () => {
  const idle = { kind: "crash", life: 1, fault: "kill", point: { during: "idle" } };
  const failing = command(CLOSE);
  failing.delivered(20);
  said(failing, "ack 4\n");
  expect(failing.exited(3)).toEqual([idle]);
  const killed = command({ kind: "kill" });
  killed.delivered(20);
  expect(killed.exited(undefined)).toMatchObject([
    { point: { during: "operation", operation: 4 } },
  ]);
  expect(command({ kind: "kill" }).exited(undefined)).toMatchObject([
    { point: { during: "open" } },
  ]);
  const cut = command({ kind: "power" });
  cut.delivered(20);
  expect(cut.exited(undefined)).toEqual([]);
});

test("a command that ends before it was asked could not open the store", () => {
  expect(command(CLOSE).exited(7)).toMatchObject([{ kind: "open-failed", code: "exit-7" }]);
  expect(kinds(command(CLOSE).exited(0))).toEqual(["opened", "closed"]);
});

test("a reopen is asked when the first process ends, and answered when the next begins", () => {
  expect(kinds(command({ kind: "reopen", operation: 6 }).exited(0))).toEqual(["opened", "invoked"]);
  const next = command(CLOSE, 6);
  expect(next.begun()).toEqual([{ kind: "acknowledged", life: 1, operation: 6, lsns: [] }]);
  expect(kinds(next.delivered(1))).toEqual(["invoked"]);
});

test("a module's child says itself when it is open, and asks itself", () => {
  const marks = moduleMarks({ ...MODULE, operations: [{ kind: "sync" }], concurrency: 1 });
  expect(said(marks, "ready\n")).toEqual([]);
  expect(kinds(said(marks, "opened 3\nack 0\n"))).toEqual(["opened", "invoked", "acknowledged"]);
  expect(kinds(said(marks, "closed 5\n"))).toEqual(["closed"]);
  expect(marks.exited(0)).toEqual([]);
  const refused = moduleMarks({ ...MODULE, operations: [{ kind: "sync" }], concurrency: 1 });
  expect(kinds(said(refused, "open-failed EIO no\n"))).toEqual(["open-failed"]);
  expect(refused.exited(0)).toEqual([]);
});

test("a recovery counts from its end", () => {
  const marks = recoveryMarks(2, { kind: "found", records: [] });
  expect([...marks.begun(), ...marks.delivered(1), ...said(marks, "x\n")]).toEqual([]);
  expect(marks.exited(0)).toEqual([
    { kind: "recovered", life: 2, outcome: { kind: "found", records: [] } },
  ]);
});

test("of several in flight each is answered in its turn, and a crash names the oldest", () => {
  const marks = command({ kind: "kill" });
  expect(kinds(marks.delivered(40))).toEqual(["opened", "invoked", "invoked"]);
  expect(said(marks, "ack 5\n")).toMatchObject([{ kind: "acknowledged", operation: 5 }]);
  expect(marks.exited(undefined)).toMatchObject([{ point: { operation: 4 } }]);
});

test("what is sent for an answer is asked behind it, though the answer's write has not ended", () => {
  const ack = { kind: "ack", operation: 4, lsns: [9] } as const;
  const asked = [
    { operation: 4, from: 0, after: [] },
    { operation: 5, from: 20, after: [ack] },
  ];
  const marks = commandMarks({ life: 1, end: CLOSE, parse: parseAnswer, asked });
  marks.delivered(20);
  expect(marks.delivered(20)).toEqual([
    { kind: "acknowledged", life: 1, operation: 4, lsns: [9] },
    { kind: "invoked", life: 1, operation: 5 },
  ]);
  expect(said(marks, "ack 4 9\n")).toEqual([]);
  expect(kinds(said(marks, "ack 5\n"))).toEqual(["acknowledged"]);
});

test("a module asks as many as it has slots for, and a reopen alone", () => {
  const sync = { kind: "sync" } as const;
  const operations = [sync, sync, sync, { kind: "reopen" } as const, sync];
  const marks = moduleMarks({ ...MODULE, end: { kind: "kill" }, operations, concurrency: 2 });
  const asked = (text: string) =>
    said(marks, text).flatMap((event) => (event.kind === "invoked" ? [event.operation] : []));
  expect(asked("opened 3\n")).toEqual([0, 1]);
  expect(asked("ack 1\n")).toEqual([2]);
  expect(asked("ack 2\n")).toEqual([]);
  expect(asked("err 0 EIO no\n")).toEqual([3]);
  expect(asked("ack 3\n")).toEqual([4]);
  expect(marks.exited(undefined)).toMatchObject([{ point: { operation: 4 } }]);
});

test("behind a reopen that failed a module asks nothing", () => {
  const operations = [{ kind: "reopen" } as const, { kind: "sync" } as const];
  const marks = moduleMarks({ ...MODULE, operations, concurrency: 1 });
  expect(kinds(said(marks, "opened 3\nerr 0 EIO no\nclosed 4\n"))).toEqual([
    "opened",
    "invoked",
    "failed",
    "closed",
  ]);
});

test("a failure is told as the n-th of the life; one that struck elsewhere is no history", () => {
  const failure = { kind: "EIO", lasts: false, cache: "kept", call: "sync", n: 5 } as const;
  const strike = { failure, before: new Map([["sync", 3]] as const) };
  const marks = moduleMarks({ ...MODULE, operations: [], concurrency: 1, strike });
  const result = { kind: "error", code: "EIO" } as const;
  const call = { thread: 1, name: "fsync", args: [], result, start: 1, end: 2 };
  const struck = (as: "sync" | "syncDirectory") => marks.tampered(call, { as, n: 2 });
  expect(struck("sync")).toEqual([{ kind: "io-error", life: 0, failure: "sync#5:EIO" }]);
  expect(struck("syncDirectory")).toMatchObject([{ failure: "syncDirectory#2:EIO" }]);
  expect(() => marks.tampered(call, undefined)).toThrow(StruckElsewhere);
  const interrupts = { ...strike, failure: { ...failure, kind: "EINTR" } as const };
  const other = moduleMarks({ ...MODULE, operations: [], concurrency: 1, strike: interrupts });
  expect(() => other.tampered(call, { as: "syncDirectory", n: 1 })).toThrow(StruckElsewhere);
});
