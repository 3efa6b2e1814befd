// no-hole: what is found is one run of the log, but for what failed and what crashes took.
import type { Expected, Report } from "../history/expectation.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, recordName } from "./wording.ts";

/**
 * A crash takes a tail of its life, so a record missing before one that was found, of the same
 * life, is a hole. The run begins at or before the last requested truncation.
 */
export const noHole: Guarantee = {
  name: "no-hole",
  statement: "What a recovery finds is a contiguous run of what was written.",
  judge: ({ oracle }) => oracle.reports.flatMap(judgeReport),
};

function judgeReport(report: Report): Violation[] {
  const holes: { readonly missing: Expected; readonly behind: Expected }[] = [];
  let behind: Expected | undefined;
  for (const expected of report.expected.toReversed()) {
    if (expected.present) {
      behind = expected;
    } else if (behind?.record.life === expected.record.life && !mayBeAbsent(expected)) {
      holes.push({ missing: expected, behind });
    }
  }
  const first = holes.at(-1);
  if (first === undefined) {
    return [];
  }
  const { missing, behind: found } = first;
  return [
    {
      guarantee: "no-hole",
      life: report.life,
      message: `${recordName(missing.record)} is missing${andMore(holes.length)}, and ${recordName(found.record)} behind it was found`,
      operations: operationsOf([
        ...holes.map((hole) => hole.missing.record).toReversed(),
        found.record,
      ]),
    },
  ];
}

function mayBeAbsent({ record, standing, truncated }: Expected): boolean {
  return truncated || (record.outcome === "failed" && standing.kind === "may");
}
