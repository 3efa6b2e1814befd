// The line protocol between supervisor and child: one line formatted, one line parsed.
import type { Operation } from "../workload.ts";
import { SupervisorError } from "./supervisor-error.ts";

// The supervisor asks, one operation a line; payloads are text without spaces:
//
//   0 append 0.0:k3JxPq          1 batch 1.0:aa 1.1:bb          2 checkpoint
//
// The child answers, one line an operation, written at once:
//
//   ack 1 2,3                    (the LSNs are optional)
//   err 3 ENOSPC no space left
//
// That is all that a command says. Our own child gets its operations as one job and says a few lines more: `ready`, `opened`,
// `open-failed CODE text`, `bad-subject text`, `at ...` just before it kills itself at a call of
// the storage, `done` when it waits to be killed, `closed` after a clean close. The number behind
// `opened`, `done` and `closed` counts the calls of the storage so far.

/** An operation as the line protocol carries it. */
export interface OperationLine {
  readonly operation: number;
  readonly kind: Operation["kind"];
  readonly values: readonly string[];
}

/** The storage call at which a child is about to kill itself. */
export interface CallLine {
  readonly kind: "at";
  readonly n: number;
  readonly edge: "before" | "after";
  readonly call: string;
  /** True while the set of file names was being changed. */
  readonly namesChanging: boolean;
  readonly file: string;
}

/** What a child says. */
export type ChildLine =
  | { readonly kind: "ack"; readonly operation: number; readonly lsns: readonly number[] }
  | {
      readonly kind: "err";
      readonly operation: number;
      readonly code: string;
      readonly text: string;
    }
  | { readonly kind: "ready" }
  | { readonly kind: "opened" | "done" | "closed"; readonly calls: number }
  | { readonly kind: "open-failed"; readonly code: string; readonly text: string }
  | { readonly kind: "bad-subject"; readonly text: string }
  | CallLine;

/** Longest text of an error that is carried, in characters. */
const TEXT_LIMIT = 500;
/** How much of a wrong line an error shows, in characters. */
const SHOWN_LIMIT = 120;
const NUMBER = /^(?:0|[1-9]\d{0,15})$/;
const CODE = /^[\w.:-]{1,64}$/;
const VALUE = /^[!-~]+$/;
/** How many values an operation of each kind carries. */
const VALUES: { readonly [K in Operation["kind"]]: "none" | "one" | "any" } = {
  append: "one",
  batch: "any",
  checkpoint: "none",
  sync: "none",
  truncate: "none",
  reopen: "none",
};

/** Text as part of a line: no control characters, bounded. */
function oneLine(text: string): string {
  return text
    .slice(0, TEXT_LIMIT)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
}

/** A code that fits a line; what does not is replaced by `ERROR`. */
function lineCode(given: unknown): string {
  return typeof given === "string" && CODE.test(given) ? given : "ERROR";
}

/** An operation as a line, without the line's end. */
export function formatOperation({ operation, kind, values }: OperationLine): string {
  return [String(operation), kind, ...values].join(" ");
}

/**
 * Inverts `formatOperation`.
 * @throws SupervisorError `malformed-line`
 */
export function parseOperation(line: string): OperationLine {
  const [number = "", kind = "", ...values] = line.split(" ");
  if (!isOperationKind(kind)) throw malformed(line);
  const wanted = VALUES[kind];
  const fits = wanted === "any" || values.length === (wanted === "one" ? 1 : 0);
  if (!fits || !values.every((value) => VALUE.test(value))) throw malformed(line);
  return { operation: wholeNumber(number, line), kind, values };
}

/** What a child says, as a line without its end. */
export function formatChildLine(said: ChildLine): string {
  switch (said.kind) {
    case "ready":
      return "ready";
    case "opened":
    case "done":
    case "closed":
      return `${said.kind} ${said.calls}`;
    case "ack":
      return said.lsns.length === 0
        ? `ack ${said.operation}`
        : `ack ${said.operation} ${said.lsns.join(",")}`;
    case "err":
      return `err ${said.operation} ${lineCode(said.code)} ${oneLine(said.text)}`;
    case "open-failed":
      return `open-failed ${lineCode(said.code)} ${oneLine(said.text)}`;
    case "bad-subject":
      return `bad-subject ${oneLine(said.text)}`;
    case "at": {
      const names = said.namesChanging ? "names" : "data";
      return `at ${said.n} ${said.edge} ${said.call} ${names} ${oneLine(said.file)}`;
    }
  }
}

/**
 * Inverts `formatChildLine`.
 * @throws SupervisorError `malformed-line`, which names the line
 */
export function parseChildLine(line: string): ChildLine {
  const [kind = "", first = "", second = "", third = "", fourth = ""] = line.split(" ", 5);
  switch (kind) {
    case "ready":
      if (line !== "ready") throw malformed(line);
      return { kind };
    case "opened":
    case "done":
    case "closed":
      return { kind, calls: wholeNumber(line.slice(kind.length + 1), line) };
    case "ack":
      return parseAck(line);
    case "err": {
      const text = rest(line, 3);
      return { kind, operation: wholeNumber(first, line), code: code(second, line), text };
    }
    case "open-failed":
      return { kind, code: code(first, line), text: rest(line, 2) };
    case "bad-subject":
      return { kind, text: rest(line, 1) };
    case "at": {
      if (second !== "before" && second !== "after") throw malformed(line);
      if (fourth !== "names" && fourth !== "data") throw malformed(line);
      return {
        kind,
        n: wholeNumber(first, line),
        edge: second,
        call: code(third, line),
        namesChanging: fourth === "names",
        file: rest(line, 5),
      };
    }
    default:
      throw malformed(line);
  }
}

/**
 * What a command may say: answers, and nothing else.
 * @throws SupervisorError `malformed-line`, which names the line
 */
export function parseAnswer(line: string): ChildLine {
  const said = parseChildLine(line);
  if (said.kind !== "ack" && said.kind !== "err") throw malformed(line);
  return said;
}

function parseAck(line: string): ChildLine {
  const [, number = "", lsns, more] = line.split(" ", 4);
  if (more !== undefined) throw malformed(line);
  return {
    kind: "ack",
    operation: wholeNumber(number, line),
    lsns: lsns === undefined ? [] : lsns.split(",").map((lsn) => wholeNumber(lsn, line)),
  };
}

/** A line, cut and freed of control characters, for a message. */
export function shownLine(line: string): string {
  const clean = oneLine(line.slice(0, SHOWN_LIMIT));
  return line.length > SHOWN_LIMIT ? `${clean}... (${line.length} characters)` : clean;
}

/** What stands behind the first `words` words. */
function rest(line: string, words: number): string {
  let start = 0;
  for (let word = 0; word < words; word += 1) {
    const space = line.indexOf(" ", start);
    if (space < 0) return "";
    start = space + 1;
  }
  return line.slice(start);
}

function wholeNumber(text: string, line: string): number {
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isSafeInteger(value)) throw malformed(line);
  return value;
}

function code(text: string, line: string): string {
  if (!CODE.test(text)) throw malformed(line);
  return text;
}

function isOperationKind(kind: string): kind is Operation["kind"] {
  return Object.hasOwn(VALUES, kind);
}

function malformed(line: string): SupervisorError {
  const shown = shownLine(line);
  return new SupervisorError("malformed-line", `not a line of the protocol: "${shown}"`, {
    line: shown,
  });
}
