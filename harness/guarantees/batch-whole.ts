// batch-whole: a batch survives whole or not at all.
import type { Expected, Report } from "../history/expectation.ts";
import type { LogRecord } from "../history/log-record.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { operationsOf, recordName } from "./wording.ts";

/**
 * Convicts a part of a batch, and a record of a batch that an earlier recovery had dropped. A
 * requested truncation may cut through a batch: it drops a beginning of the log, record by record.
 */
export const batchWhole: Guarantee = {
  name: "batch-whole",
  statement: "A batch survives whole or not at all.",
  judge: ({ oracle, promise }) =>
    promise.batchesAtomic
      ? oracle.reports.flatMap((report) => [...partialBatches(report), ...returnedBatches(report)])
      : { notApplicable: "the store does not promise that batches are atomic" },
};

function partialBatches(report: Report): Violation[] {
  const batches = new Map<number, Expected[]>();
  for (const expected of report.expected) {
    if (expected.record.kind === "batch" && !expected.truncated) {
      const { operation } = expected.record;
      batches.set(operation, [...(batches.get(operation) ?? []), expected]);
    }
  }
  return [...batches].flatMap(([operation, records]) => {
    const missing = records.find(({ present }) => !present);
    const found = records.filter(({ present }) => present).length;
    return missing === undefined || found === 0
      ? []
      : [
          violation(
            report,
            missing.record,
            `${recordName(missing.record)} is missing, and ${found} of the ${records.length} records of batch ${operation} were found`,
          ),
        ];
  });
}

function returnedBatches(report: Report): Violation[] {
  return report.found.flatMap(({ placed }) =>
    placed.kind === "returned" && placed.record.kind === "batch"
      ? [
          violation(
            report,
            placed.record,
            `${recordName(placed.record)} was found, and the recovery after life ${placed.goneSince} had dropped it`,
          ),
        ]
      : [],
  );
}

function violation(report: Report, record: LogRecord, message: string): Violation {
  return {
    guarantee: "batch-whole",
    life: report.life,
    message,
    operations: operationsOf([record]),
  };
}
