// recovery-repeatable: recovering twice finds the same, also when a recovery between was killed.
import { faultKind, undoesRecovery } from "../history/allowance.ts";
import type { FoundRecord, HistoryEvent } from "../history/history.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";

/**
 * Compares each recovery with the one before it, where no writer was at work between them, and no
 * crash that may undo what a recovery did.
 */
export const recoveryRepeatable: Guarantee = {
  name: "recovery-repeatable",
  statement: "Two recoveries in a row find the same records, with the same LSNs.",
  judge: ({ history, promise }) => {
    const violations: Violation[] = [];
    let previous: readonly string[] | undefined;
    for (const event of history.events) {
      const undone = event.kind === "crash" && undoesRecovery(promise, faultKind(event.fault));
      if (event.kind === "open" || undone) {
        previous = undefined;
      }
      const found = foundTexts(event, promise.lsns);
      if (found === undefined) {
        continue;
      }
      const now = promise.ordered ? found : found.toSorted();
      violations.push(...difference(event.life, previous ?? now, now));
      previous = now;
    }
    return violations;
  },
};

/** A text a record, equal where the records are. */
function foundTexts(event: HistoryEvent, lsns: boolean): readonly string[] | undefined {
  return event.kind === "recovered" && event.outcome.kind === "found"
    ? event.outcome.records.map((record) => recordText(record, lsns))
    : undefined;
}

function recordText({ bytes, lsn }: FoundRecord, lsns: boolean): string {
  return lsns ? `${bytes} ${lsn ?? ""}` : bytes;
}

function difference(
  life: number,
  first: readonly string[],
  second: readonly string[],
): Violation[] {
  const longest = first.length > second.length ? first : second;
  const position = longest.findIndex((_, index) => first[index] !== second[index]);
  return position < 0
    ? []
    : [
        {
          guarantee: "recovery-repeatable",
          life,
          message: `two recoveries in a row after life ${life} found ${first.length} and ${second.length} values, and differ first at value ${position}`,
          operations: [],
        },
      ];
}
