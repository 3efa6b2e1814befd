// nothing-doubled: a record is found once.
import type { Report } from "../history/expectation.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, recordName } from "./wording.ts";

/** A nameless record too many is called invented: nothing tells which one it repeats. */
export const nothingDoubled: Guarantee = {
  name: "nothing-doubled",
  statement: "No record is found twice by one recovery.",
  judge: ({ oracle }) => oracle.reports.flatMap(judgeReport),
};

function judgeReport(report: Report): Violation[] {
  const seen = new Set<number>();
  const doubled = report.found.flatMap(({ placed }) => {
    if (placed.kind !== "expected") {
      return [];
    }
    const again = seen.has(placed.index);
    seen.add(placed.index);
    return again ? (report.expected[placed.index]?.record ?? []) : [];
  });
  const [first] = doubled;
  return first === undefined
    ? []
    : [
        {
          guarantee: "nothing-doubled",
          life: report.life,
          message: `${recordName(first)} was found more than once${andMore(doubled.length)}`,
          operations: operationsOf(doubled),
        },
      ];
}
