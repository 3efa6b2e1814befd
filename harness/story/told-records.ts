// What became of each record that was asked for, as the recovery behind a crash shows it.
import type { StoryBytes, StoryRecord } from "../crash-story.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { tagName } from "../guarantees/wording.ts";
import type { Expected, Placed, Report } from "../history/expectation.ts";
import type { History, HistoryEvent } from "../history/history.ts";
import { HistoryError } from "../history/history-error.ts";
import { recordKey } from "../history/log-record.ts";
import { readHistory } from "../history/oracle.ts";
import { payload } from "../payload.ts";
import { payloadSizes } from "../workload.ts";
import { differingValue } from "./differing-bytes.ts";

/** A history that ends with the recovery that is told. */
export interface Recovered {
  readonly history: History;
  readonly promise: StorePromise;
  /** Operations that broke the promise, by number. */
  readonly operations: readonly number[];
}

/** Records that are told, how many are not, and the altered ones byte by byte. */
export interface ToldRecords {
  readonly records: readonly StoryRecord[];
  readonly leftOut: number;
  readonly altered: readonly StoryBytes[];
}

/** Those that broke the promise, and of the rest the last, `limit` in all; none without a recovery. */
export function toldRecords(recovered: Recovered, limit: number): ToldRecords {
  const report = lastReport(recovered);
  if (report === undefined) return { records: [], leftOut: 0, altered: [] };
  const records = reportedRecords(report);
  const blamed = new Set(recovered.operations);
  const broken = records.filter((record) => breaks(record) || blamed.has(record.operation));
  const kept = new Set(broken.slice(0, limit));
  for (let index = records.length - 1; index >= 0 && kept.size < limit; index -= 1) {
    const record = records[index];
    if (record !== undefined) kept.add(record);
  }
  return {
    records: records.filter((record) => kept.has(record)),
    leftOut: records.length - kept.size,
    altered: alteredBytes(recovered.history, report),
  };
}

function breaks({ found, expected }: StoryRecord): boolean {
  switch (expected) {
    case "must":
      return found !== "found";
    case "may":
      return found === "altered";
    case "must-not":
      return found !== "missing";
  }
}

/**
 * A recovery that gave nothing back is read as one that found nothing. Undefined for a history that
 * cannot be read: a violation that was seen is told without its records.
 */
function lastReport({ history, promise }: Recovered): Report | undefined {
  const events = history.events.map((event): HistoryEvent => {
    const isEmpty = event.kind === "recovered" && event.outcome.kind !== "found";
    return isEmpty ? { ...event, outcome: { kind: "found", records: [] } } : event;
  });
  try {
    return readHistory({ ...history, events }, promise).reports.at(-1);
  } catch (error) {
    if (error instanceof HistoryError) return undefined;
    throw error;
  }
}

function reportedRecords({ expected, found }: Report): readonly StoryRecord[] {
  const altered = new Set(found.flatMap(({ placed }) => alteredKey(placed)));
  const known = expected.map((one) => expectedRecord(one, altered));
  const foreign = found.flatMap(({ placed }) => foreignRecord(placed));
  return [...known, ...foreign];
}

function alteredKey(placed: Placed): number[] {
  return placed.kind === "altered" ? [recordKey(placed.operation, placed.item)] : [];
}

function expectedRecord(one: Expected, altered: ReadonlySet<number>): StoryRecord {
  const { record, standing, present, truncated } = one;
  const { operation, item, outcome } = record;
  const isAltered = altered.has(recordKey(operation, item));
  return {
    operation,
    item,
    answer: outcome,
    found: present ? "found" : isAltered ? "altered" : "missing",
    expected: truncated ? "may" : standing.kind,
  };
}

/** A value that no recovery may give back: asked for by nobody yet, or reported missing before. */
function foreignRecord(placed: Placed): StoryRecord[] {
  const forbidden = { found: "found", expected: "must-not" } as const;
  switch (placed.kind) {
    case "uninvoked": {
      const { operation, item } = placed;
      return [{ operation, item, answer: "unanswered", ...forbidden }];
    }
    case "returned": {
      const { operation, item, outcome } = placed.record;
      return [{ operation, item, answer: outcome, ...forbidden }];
    }
    case "expected":
    case "nameless":
    case "altered":
    case "unknown":
      return [];
  }
}

function alteredBytes({ workload, events }: History, { found, event }: Report): StoryBytes[] {
  const recovery = events[event];
  if (recovery?.kind !== "recovered" || recovery.outcome.kind !== "found") return [];
  const { records } = recovery.outcome;
  const operations = workload.lives.flat();
  return found.flatMap(({ placed }, position) => {
    if (placed.kind !== "altered") return [];
    const asked = operations[placed.operation];
    const size = asked === undefined ? undefined : payloadSizes(asked)[placed.item];
    const value = records[position]?.bytes;
    if (size === undefined || value === undefined) return [];
    const written = payload(workload.seed, placed, size);
    const name = `${tagName(placed)}, as recovery gave it back`;
    return differingValue(name, written, Buffer.from(value, "base64"));
  });
}
