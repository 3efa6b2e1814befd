// log-order: recovery gives records back in the order in which they were asked for.
import type { Report } from "../history/expectation.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { operationsOf, recordName } from "./wording.ts";

/** Compares neighbours; a record found again is left to nothing-doubled. */
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
  let highest = -1;
  for (const index of indexes) {
    const late = report.expected[index]?.record;
    const early = report.expected[highest]?.record;
    if (index < highest && late !== undefined && early !== undefined) {
      return [
        {
          guarantee: "log-order",
          life: report.life,
          message: `${recordName(late)} was found behind ${recordName(early)}, which was written later`,
          operations: operationsOf([late, early]),
        },
      ];
    }
    highest = index;
  }
  return [];
}
