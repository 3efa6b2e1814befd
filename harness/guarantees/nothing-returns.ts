// nothing-returns: what a recovery has reported missing stays away.
import type { Report } from "../history/expectation.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, recordName } from "./wording.ts";

/** Stale bytes that parse again are the usual culprit. */
export const nothingReturns: Guarantee = {
  name: "nothing-returns",
  statement: "What a recovery did not find never comes back.",
  judge: ({ oracle }) => oracle.reports.flatMap(judgeReport),
};

function judgeReport(report: Report): Violation[] {
  const returned = report.found.flatMap(({ placed }) =>
    placed.kind === "returned" ? [placed] : [],
  );
  const [first] = returned;
  return first === undefined
    ? []
    : [
        {
          guarantee: "nothing-returns",
          life: report.life,
          message: `${recordName(first.record)} is back, and the recovery after life ${first.goneSince} did not find it${andMore(returned.length)}`,
          operations: operationsOf(returned.map(({ record }) => record)),
        },
      ];
}
