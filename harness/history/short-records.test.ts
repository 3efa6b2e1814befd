// Tests of the records without a name: the way that breaks the least is taken.
import { expect, test } from "vitest";
import { HistoryError } from "./history-error.ts";
import type { Standing } from "./log-record.ts";
import type { Candidate, Gap } from "./run-steps.ts";
import { placeShortRecords, type ShortFound } from "./short-records.ts";

const MUST: Standing = { kind: "must", because: { kind: "closed" } };
const MAY: Standing = { kind: "may" };

interface Drawn {
  readonly standing: Standing;
  readonly part?: number;
  readonly short?: string;
  readonly failed?: boolean;
  readonly lsn?: number;
  /** Candidates of one batch share its number. */
  readonly batch?: number;
}

function candidate(drawn: Drawn, index: number): Candidate {
  const { standing, part = 0, short = "", failed = false, lsn, batch } = drawn;
  return {
    standing,
    record: {
      operation: batch ?? index,
      item: batch === undefined ? 0 : index,
      kind: batch === undefined ? "append" : "batch",
      life: part,
      outcome: failed ? "failed" : "acknowledged",
      invokedAt: batch ?? index,
      endedAt: batch ?? index,
      short,
      ...(lsn === undefined ? {} : { lsn }),
    },
  };
}

const gapOf = (log: readonly Drawn[], rest: Partial<Gap> = {}): Gap => ({
  log: log.map(candidate),
  before: -1,
  after: log.length,
  truncatedBefore: 0,
  batchesAtomic: true,
  ...rest,
});
const empty: ShortFound = { content: "" };

test("the content decides where it can", () => {
  const log = [
    { standing: MAY, short: "0" },
    { standing: MAY, short: "1" },
  ];
  expect(placeShortRecords(gapOf(log), [{ content: "0" }, { content: "1" }])).toEqual([0, 1]);
  expect(placeShortRecords(gapOf(log), [{ content: "2" }])).toEqual([undefined]);
});

test("of equal records the earliest are taken, so that the end is what was lost", () => {
  const log = [{ standing: MAY }, { standing: MAY }, { standing: MAY }];
  expect(placeShortRecords(gapOf(log), [empty])).toEqual([0]);
});

test("a record that must be there is taken before one that may", () => {
  const log = [
    { standing: MUST },
    { standing: MAY },
    { standing: MUST, part: 1 },
    { standing: MAY, part: 1 },
  ];
  expect(placeShortRecords(gapOf(log), [empty, empty])).toEqual([0, 2]);
  expect(placeShortRecords(gapOf(log), [empty, empty, empty])).toEqual([0, 1, 2]);
});

test("a failed record is left out where that explains what was found", () => {
  const log = [{ standing: MAY, failed: true }, { standing: MUST }, { standing: MUST }];
  expect(placeShortRecords(gapOf(log), [empty, empty])).toEqual([1, 2]);
});

test("the record behind the gap must be reachable without a hole", () => {
  // The named record at 2 was found: of its own part, 1 cannot be missing; part 0 may end early.
  const log = [{ standing: MAY }, { standing: MAY, part: 1 }, { standing: MAY, part: 1 }];
  expect(placeShortRecords(gapOf(log, { after: 2 }), [empty])).toEqual([1]);
});

test("a batch is taken whole or not at all", () => {
  const log = [
    { standing: MAY, failed: true, batch: 0 },
    { standing: MAY, failed: true, batch: 0 },
    { standing: MAY },
  ];
  expect(placeShortRecords(gapOf(log), [empty])).toEqual([2]);
  expect(placeShortRecords(gapOf(log, { batchesAtomic: false }), [empty])).toEqual([0]);
});

test("a requested truncation explains a missing beginning, not a missing middle", () => {
  const log = [{ standing: MUST }, { standing: MUST }, { standing: MUST }];
  expect(placeShortRecords(gapOf(log, { truncatedBefore: 2 }), [empty])).toEqual([2]);
  const more = [...log, { standing: MUST }];
  const inner = gapOf(more, { before: 0, truncatedBefore: 2 });
  expect(placeShortRecords(inner, [empty, empty])).toHaveLength(2);
});

test("an unanswered record is not found under the LSN of an acknowledged one", () => {
  const log = [{ standing: MAY }, { standing: MAY, part: 1, lsn: 5 }];
  expect(placeShortRecords(gapOf(log), [{ content: "", lsn: 5 }])).toEqual([1]);
  expect(placeShortRecords(gapOf(log), [{ content: "", lsn: 3 }])).toEqual([0]);
});

test("LSNs decide between ways that break nothing", () => {
  const log = [
    { standing: MAY, lsn: 1 },
    { standing: MAY, part: 1, lsn: 5 },
  ];
  expect(placeShortRecords(gapOf(log), [{ content: "", lsn: 1 }])).toEqual([0]);
  expect(placeShortRecords(gapOf(log), [{ content: "", lsn: 5 }])).toEqual([1]);
});

test("behind a record that was found nothing is truncated", () => {
  const log = [{ standing: MUST }, { standing: MUST, lsn: 1 }, { standing: MAY, lsn: 5 }];
  const gap = gapOf(log, { before: 0, truncatedBefore: 2 });
  expect(placeShortRecords(gap, [{ content: "", lsn: 5 }])).toEqual([1]);
});

test("one record too many is explained by nothing", () => {
  const log = [{ standing: MUST }, { standing: MAY }];
  const placed = placeShortRecords(gapOf(log), [empty, empty, empty]);
  expect(placed.filter((index) => index === undefined)).toHaveLength(1);
});

test("what would take too long is refused", () => {
  const log = Array.from({ length: 1500 }, () => ({ standing: MAY }));
  const found = Array.from({ length: 1500 }, () => empty);
  const placing = (): unknown => placeShortRecords(gapOf(log), found);
  expect(placing).toThrow(HistoryError);
  expect(placing).toThrow(expect.objectContaining({ code: "TOO_AMBIGUOUS" }));
});
