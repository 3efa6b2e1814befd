// nothing-lost: what lies at or before a barrier, and what a recovery reported, is found.
import type { Expected, Report } from "../history/expectation.ts";
import type { Reason } from "../history/log-record.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, reasonText, recordName } from "./wording.ts";

/** Losses within a number of records are judged by loss-within-allowance. */
export const nothingLost: Guarantee = {
  name: "nothing-lost",
  statement:
    "Everything acknowledged up to the last barrier survives, and so does everything that a recovery has reported.",
  judge: ({ oracle }) => oracle.reports.flatMap(judgeReport),
};

function judgeReport(report: Report): Violation[] {
  const lost = report.expected.filter(isLost);
  const [first] = lost;
  const because = first && settledBy(first);
  if (first === undefined || because === undefined) {
    return [];
  }
  const { record } = first;
  return [
    {
      guarantee: "nothing-lost",
      life: report.life,
      message: `${recordName(record)} ${reasonText(record, because)} and is missing${andMore(lost.length)}`,
      operations: operationsOf(lost.map((expected) => expected.record)),
    },
  ];
}

function isLost(expected: Expected): boolean {
  return settledBy(expected) !== undefined && !expected.present && !expected.truncated;
}

function settledBy({ standing }: Expected): Reason | undefined {
  return standing.kind === "must" && standing.because.kind !== "allowance"
    ? standing.because
    : undefined;
}
