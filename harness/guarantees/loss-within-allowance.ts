// loss-within-allowance: of what follows the last barrier a crash takes no more than it may.

import { allowanceOf, faultKind, mostRecords } from "../history/allowance.ts";
import type { Expected, Report } from "../history/expectation.ts";
import type { History } from "../history/history.ts";
import type { Allowance, StorePromise, Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { andMore, operationsOf, reasonText, recordName } from "./wording.ts";

/** Counts acknowledged records, a life at a time: each crash has an allowance of its own. */
export const lossWithinAllowance: Guarantee = {
  name: "loss-within-allowance",
  statement: "A crash takes at most the allowed number of acknowledged records.",
  judge: ({ history, oracle, promise }) => {
    const crashes = crashesOf(history, promise);
    if (crashes.length > 0) {
      if (crashes.every(({ allowance }) => typeof allowance === "string")) {
        return { notApplicable: "the mode sets no number" };
      }
      const untimed = !history.events.some(
        (event) => event.kind === "acknowledged" && event.atMs !== undefined,
      );
      const judged = crashes.filter(
        ({ allowance, timed }) =>
          mostRecords(allowance) < Infinity || (typeof allowance !== "string" && timed && !untimed),
      );
      if (judged.length === 0) return { notApplicable: "no times were taken" };
    }
    return oracle.reports.flatMap(judgeReport);
  },
};

/** What each crash allows, and whether it tells when it struck. */
function crashesOf(
  { events }: History,
  promise: StorePromise,
): readonly { readonly allowance: Allowance; readonly timed: boolean }[] {
  return events.flatMap((event) => {
    if (event.kind !== "crash") return [];
    const allowance = allowanceOf(promise, faultKind(event.fault));
    return [{ allowance, timed: event.atMs !== undefined }];
  });
}

function judgeReport(report: Report): Violation[] {
  const firsts = new Map<number, Shielded>();
  for (const expected of report.expected) {
    const life = expected.record.life;
    if (isLostAtRisk(expected) && isShielded(expected) && !firsts.has(life)) {
      firsts.set(life, expected);
    }
  }
  const shielded = [...firsts].map(([life, { record, standing }]) => {
    const lost = report.expected.filter((one) => isLostAtRisk(one) && one.record.life === life);
    return {
      guarantee: "loss-within-allowance",
      life: report.life,
      message: `${recordName(record)} ${reasonText(record, standing.because)} and is missing${andMore(lost.length)}`,
      operations: operationsOf(lost.map((one) => one.record)),
    };
  });
  return [...shielded, ...overlosses(report).filter(({ life }) => !firsts.has(life))];
}

/** More than the number, though of none of them it is known that it came before so many. */
function overlosses({ life, expected, overlost }: Report): Violation[] {
  return overlost.map((one) => {
    const lost = expected.filter((each) => isLostAtRisk(each) && each.record.life === one.life);
    return {
      guarantee: "loss-within-allowance",
      life,
      message: `${one.lost} acknowledged records of life ${one.life} are missing, and ${one.allowed} may be`,
      operations: operationsOf(lost.map(({ record }) => record)),
    };
  });
}

/** Acknowledged, settled by no barrier, and missing. */
function isLostAtRisk({ record, standing, present, truncated }: Expected): boolean {
  const unsettled = standing.kind === "may" || standing.because.kind === "allowance";
  return unsettled && record.outcome === "acknowledged" && !present && !truncated;
}

/** A record with as many acknowledged ones behind it as may be lost. */
type Shielded = Expected & { readonly standing: { readonly kind: "must" } };

function isShielded(expected: Expected): expected is Shielded {
  return expected.standing.kind === "must";
}
