// The explanation of a violation in words: what was kept and lost, and which sync prevents it.
import type { Explanation } from "../harness/hunt/explanation.ts";
import { escapeText } from "./escape-text.ts";

const SENTENCE_LIMIT = 400;
/** Things kept or lost that are named. */
const ITEMS_TOLD = 8;

/** Four or five lines, without a last line break. */
export function renderExplanation(explanation: Explanation, profile?: string): string {
  const { at, event, choice, violation, remedy } = explanation;
  const lines = [
    `The power fails right after ${safe(event)} (event #${at}).`,
    `${keptAndLost(explanation)}.`,
    `Then ${safe(violation.message)} (${safe(violation.guarantee)}).`,
    remedy === undefined
      ? "No single sync, and not all of those tried together, prevents it."
      : `${capital(safe(remedy.text))} prevents it.`,
    ...(profile === undefined ? [] : [`The mildest device that shows it: ${safe(profile)}.`]),
    `This disk: ${safe(choice)}`,
  ];
  return lines.join("\n");
}

function keptAndLost({ choice, items }: Explanation): string {
  const told = (fate: string): string => {
    const texts = items.filter((item) => item.fate === fate).map(({ text }) => safe(text));
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

function safe(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}
