// recovery-succeeds: after any crash the store opens, and gives back what it holds.
import type { HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";
import { cutText } from "./wording.ts";

/** A refusal, a hang, a death, or an open that fails though nothing was broken. */
export const recoverySucceeds: Guarantee = {
  name: "recovery-succeeds",
  statement: "After any crash the store can be opened and read.",
  judge: ({ history, fault }) =>
    history.events.flatMap((event): Violation[] => {
      const failure = eventFailure(event, fault === "io-error");
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
    }),
};

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
