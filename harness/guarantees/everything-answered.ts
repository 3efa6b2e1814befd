// everything-answered: no operation waits for ever.
import type { HistoryEvent } from "../history/history.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee } from "./history-view.ts";

/** A store that waits for nothing has no answer to come: a wake-up was lost, or never meant. */
export const everythingAnswered: Guarantee = {
  name: "everything-answered",
  statement: "Every operation is answered as long as the store runs.",
  judge: ({ history }) =>
    history.events.flatMap((event): Violation[] =>
      event.kind === "stalled"
        ? [
            {
              guarantee: "everything-answered",
              life: event.life,
              message: `${unanswered(event)} of life ${event.life} never got an answer, though nothing was under way any more`,
              operations: [...event.operations],
            },
          ]
        : [],
    ),
};

/** An open and a close have no number. */
function unanswered({ operations }: HistoryEvent & { readonly kind: "stalled" }): string {
  switch (operations.length) {
    case 0:
      return "the open or the close";
    case 1:
      return `operation ${operations.join("")}`;
    default:
      return `operations ${operations.join(", ")}`;
  }
}
