// The explanation of a violation in sentences: what was kept and lost, and which sync prevents it.
import type { ExplainReply } from "./explain-job.ts";
import type { Explanation } from "./explanation.ts";

/** Things kept or lost that are named. */
const ITEMS_TOLD = 8;

/** A sentence each, in the order in which they are read; none where nothing was asked. */
export function explanationSentences(reply: ExplainReply | undefined): readonly string[] {
  switch (reply?.kind) {
    case undefined:
      return [];
    case "unexplained":
      return [`It is not explained: ${reply.reason}.`];
    case "explained":
      return explained(reply.explanation, reply.mildest);
  }
}

function explained(explanation: Explanation, mildest: string | undefined): readonly string[] {
  const { at, event, choice, violation, remedy } = explanation;
  return [
    `The power fails right after ${event} (event #${at}).`,
    `${keptAndLost(explanation)}.`,
    `Then ${violation.message} (${violation.guarantee}).`,
    remedy === undefined
      ? "No single sync, and not all of those tried together, prevents it."
      : `${capital(remedy.text)} prevents it.`,
    ...(mildest === undefined ? [] : [`The mildest device that shows it: ${mildest}.`]),
    `This disk: ${choice}`,
  ];
}

function keptAndLost({ choice, items }: Explanation): string {
  const told = (fate: string): string => {
    const texts = items.filter((item) => item.fate === fate).map(({ text }) => text);
    const untold = texts.length - ITEMS_TOLD;
    const more = untold > 0 ? [`and ${untold} more`] : [];
    return [...texts.slice(0, ITEMS_TOLD), ...more].join(", ");
  };
  const foreign = told("foreign");
  const tail = foreign === "" ? "" : `; not what was written: ${foreign}`;
  return choice.startsWith("floor")
    ? `Kept: ${told("kept") || "what was synced"}; lost: all else that was not synced${tail}`
    : `Kept: all else; lost: ${told("lost") || "nothing"}${tail}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
