// no-hole: what is found is one run of the log, but for what failed and what crashes took.
import type { Expected, Report } from "../history/expectation.ts";
import { type LogRecord, precedes } from "../history/log-record.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, recordName } from "./wording.ts";

/**
 * A crash takes a tail of its life, so a record missing before one that was found, of the same
 * life, is a hole. Before another is what precedes it, and of overlapping operations what has the
 * smaller LSN. The run begins at or before the last requested truncation.
 */
export const noHole: Guarantee = {
  name: "no-hole",
  statement: "What a recovery finds is a contiguous run of what was written.",
  judge: ({ oracle, promise }) =>
    oracle.reports.flatMap((report) => judgeReport(report, promise.lsns)),
};

function judgeReport(report: Report, lsns: boolean): Violation[] {
  const behind = new FoundByLife(report, lsns);
  const holes = report.expected.flatMap((missing) => {
    if (missing.present || mayBeAbsent(missing)) return [];
    const found = behind.first(missing.record);
    return found === undefined ? [] : [{ missing, behind: found }];
  });
  const [first] = holes;
  if (first === undefined) {
    return [];
  }
  const { missing, behind: found } = first;
  return [
    {
      guarantee: "no-hole",
      life: report.life,
      message: `${recordName(missing.record)} is missing${andMore(holes.length)}, and ${recordName(found)} behind it was found`,
      operations: operationsOf([...holes.map((hole) => hole.missing.record), found]),
    },
  ];
}

function mayBeAbsent({ record, standing, truncated }: Expected): boolean {
  return truncated || (record.outcome === "failed" && standing.kind === "may");
}

/** A record that was found, with the LSN that it has. */
interface FoundRecord {
  readonly record: LogRecord;
  readonly lsn: number | undefined;
}

/** What was found of one life, in the order of the numbers. */
interface FoundLife {
  readonly records: FoundRecord[];
  readonly operations: Set<number>;
  highestLsn: number;
}

/** Finds out quickly that nothing was found behind a record: of a lost tail that holds for each. */
class FoundByLife {
  readonly #lives = new Map<number, FoundLife>();

  /** `lsns`: the store promises them, so they tell what lies behind what. */
  constructor({ expected, found }: Report, lsns: boolean) {
    const shown = new Map<number, number>();
    for (const { placed, lsn } of found) {
      if (placed.kind === "expected" && lsn !== undefined) shown.set(placed.index, lsn);
    }
    for (const [index, { record, present }] of expected.entries()) {
      if (!present) continue;
      const life = this.#lives.get(record.life) ?? emptyLife();
      const lsn = lsns ? (record.lsn ?? shown.get(index)) : undefined;
      life.records.push({ record, lsn });
      life.operations.add(record.operation);
      life.highestLsn = Math.max(life.highestLsn, lsn ?? -Infinity);
      this.#lives.set(record.life, life);
    }
  }

  /** The first record behind the missing one, of its life. */
  first(missing: LogRecord): LogRecord | undefined {
    const life = this.#lives.get(missing.life);
    const last = life?.records.at(-1);
    if (life === undefined || last === undefined) return undefined;
    const mayFollow =
      precedes(missing, last.record) ||
      life.operations.has(missing.operation) ||
      life.highestLsn > (missing.lsn ?? Infinity);
    return mayFollow ? life.records.find((one) => isBehind(one, missing))?.record : undefined;
  }
}

function emptyLife(): FoundLife {
  return { records: [], operations: new Set(), highestLsn: -Infinity };
}

function isBehind({ record, lsn }: FoundRecord, missing: LogRecord): boolean {
  if (precedes(missing, record)) return true;
  return (lsn ?? -Infinity) > (missing.lsn ?? Infinity) && !precedes(record, missing);
}
