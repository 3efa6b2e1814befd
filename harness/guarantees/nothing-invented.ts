// nothing-invented: every found value is one that was asked for, byte for byte.
import type { Placed } from "../history/expectation.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { operationsOf, tagName } from "./wording.ts";

/** Values that nobody wrote, values with wrong bytes, and values nobody had asked for yet. */
export const nothingInvented: Guarantee = {
  name: "nothing-invented",
  statement: "Recovery gives back only what was written, with the bytes that were written.",
  judge: ({ oracle }) =>
    oracle.reports.flatMap((report) =>
      report.found.flatMap(({ placed }, position): Violation[] => {
        const message = invention(placed);
        return message === undefined
          ? []
          : [
              {
                guarantee: "nothing-invented",
                life: report.life,
                message: `value ${position} of the recovery after life ${report.life} ${message}`,
                operations: "operation" in placed ? operationsOf([placed]) : [],
              },
            ];
      }),
    ),
};

function invention(placed: Placed): string | undefined {
  switch (placed.kind) {
    case "expected":
    case "nameless":
    case "returned":
      return undefined;
    case "uninvoked":
      return `is ${tagName(placed)}, which nobody had asked for`;
    case "altered":
      return `is ${tagName(placed)} with other bytes, from byte ${placed.offset} on`;
    case "unknown":
      return `(${placed.bytes} bytes) is no record that it could find there`;
  }
}
