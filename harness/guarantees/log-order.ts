// log-order: recovery gives records back in the order in which they were asked for.
import type { Report } from "../history/expectation.ts";
import { type LogRecord, precedes, recordKey } from "../history/log-record.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { operationsOf, recordName } from "./wording.ts";

/**
 * Operations that overlapped may stand in any order; where they have LSNs, lsn-order judges that. A
 * record found again is left to nothing-doubled.
 */
export const logOrder: Guarantee = {
  name: "log-order",
  statement: "Recovery gives records back in the order in which they were written.",
  judge: ({ oracle, promise }) =>
    promise.ordered
      ? oracle.reports.flatMap(judgeReport)
      : { notApplicable: "the store may print its values in any order" },
};

function judgeReport(report: Report): Violation[] {
  const indexes = new Set(
    report.found.flatMap(({ placed }) => (placed.kind === "expected" ? [placed.index] : [])),
  );
  const seen = new SeenRecords();
  for (const index of indexes) {
    const late = report.expected[index]?.record;
    if (late === undefined) continue;
    const early = seen.follower(late);
    if (early !== undefined) {
      return [
        {
          guarantee: "log-order",
          life: report.life,
          message: `${recordName(late)} was found behind ${recordName(early)}, which was written later`,
          operations: operationsOf([late, early]),
        },
      ];
    }
    seen.add(late);
  }
  return [];
}

/** What was found so far, as far as it can speak against what is found next. */
class SeenRecords {
  /** The one with the greatest number: no other was asked for later. */
  #last: LogRecord | undefined;
  /** The last one of each batch. */
  readonly #batches = new Map<number, LogRecord>();

  /** One that the record precedes. */
  follower(record: LogRecord): LogRecord | undefined {
    const seen = [this.#last, this.#batches.get(record.operation)];
    return seen.find((one) => one !== undefined && precedes(record, one));
  }

  add(record: LogRecord): void {
    const { operation, item } = record;
    if (record.kind === "batch") this.#batches.set(operation, record);
    const last = this.#last;
    const isLast =
      last === undefined || recordKey(operation, item) > recordKey(last.operation, last.item);
    if (isLast) this.#last = record;
  }
}
