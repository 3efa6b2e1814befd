// recovery-succeeds: after any crash the store opens, and gives back what it holds.
import { livesStruckBy } from "../history/allowance.ts";
import type { HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { excusedFailures } from "../history/struck-steps.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { cutText } from "./wording.ts";

/**
 * A refusal, a hang, a death, or an open that fails though nothing was broken. After corruption at
 * rest a store that promises to notice may refuse with the code by which it names damage.
 */
export const recoverySucceeds: Guarantee = {
  name: "recovery-succeeds",
  statement: "After any crash the store can be opened and read.",
  judge: ({ history, promise }) => {
    const injected = livesStruckBy(history, "io-error");
    const excused = excusedFailures(history);
    const corrupted = livesStruckBy(history, "corrupt");
    return history.events.flatMap((event, place): Violation[] => {
      if (excused.has(place)) return [];
      const noticed =
        corrupted.has(event.life) && namesDamage(event, promise.corruption?.damageCodes ?? []);
      const failure = noticed ? undefined : eventFailure(event, injected.has(event.life));
      return failure === undefined
        ? []
        : [
            {
              guarantee: "recovery-succeeds",
              life: event.life,
              message: failure,
              operations: [],
            },
          ];
    });
  },
};

function namesDamage(event: HistoryEvent, codes: readonly string[]): boolean {
  const failed = event.kind === "recovered" ? event.outcome : event;
  const code = failed.kind === "refused" || failed.kind === "open-failed" ? failed.code : undefined;
  return code !== undefined && codes.includes(code);
}

/** While errors are injected a writer may fail to open; a recovery runs without them. */
function eventFailure(event: HistoryEvent, errorsInjected: boolean): string | undefined {
  if (event.kind === "recovered") {
    const failure = outcomeFailure(event.outcome);
    return failure === undefined ? undefined : `the recovery after life ${event.life} ${failure}`;
  }
  return event.kind === "open-failed" && !errorsInjected
    ? `life ${event.life} could not open the store${codeText(event.code)}: ${cutText(event.message)}`
    : undefined;
}

function outcomeFailure(outcome: RecoveryOutcome): string | undefined {
  switch (outcome.kind) {
    case "found":
      return undefined;
    case "refused":
      return `was refused${codeText(outcome.code)}: ${cutText(outcome.message)}`;
    case "hung":
      return `did not end within ${outcome.limitMs} ms`;
    case "died":
      return `died: ${cutText(outcome.message)}`;
  }
}

function codeText(code: string | undefined): string {
  return code === undefined ? "" : ` (${cutText(code)})`;
}
