// How far a campaign is: a bar on a terminal, plain lines elsewhere.
import { SingleBar } from "cli-progress";
import type { CampaignEvent } from "../harness/campaign/campaign-event.ts";
import { escapeText } from "./escape-text.ts";

const NAME_LIMIT = 40;
/** Plain lines within a row are this far apart. */
const LINE_EVERY_MS = 5000;

/** Takes events, draws, and leaves the cursor on a line of its own when stopped. */
export interface Progress {
  onEvent(event: CampaignEvent): void;
  /** Safe to call more than once, and needed where the campaign ends by an error. */
  stop(): void;
}

/** A bar that is drawn over itself. */
export function createBar(stream: NodeJS.WritableStream): Progress {
  const bar = new SingleBar({
    stream,
    format: "{bar} {percentage} % | {scenario} | {trials} trials | {found}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 1,
  });
  let violating = 0;
  return {
    onEvent: (event) => {
      if (event.kind === "started") {
        bar.start(1, 0, { scenario: "starting", trials: 0, found: foundText(0) });
      } else if (event.kind === "trial-ended") {
        if (event.verdict === "violated") violating += 1;
        bar.update(Math.min(1, event.share), {
          scenario: escapeText(event.scenario, NAME_LIMIT),
          trials: event.trials,
          found: foundText(violating),
        });
      } else if (event.kind === "ended") bar.stop();
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** A line for each row that ends, and one every few seconds before that. */
export function createLines(write: (line: string) => void): Progress {
  let lastMs = 0;
  return {
    onEvent: (event) => {
      if (event.kind === "trial-ended" && event.elapsedMs - lastMs >= LINE_EVERY_MS) {
        lastMs = event.elapsedMs;
        const done = Math.floor(Math.min(1, event.share) * 100);
        write(`${done} % | ${escapeText(event.scenario, NAME_LIMIT)} | ${event.trials} trials\n`);
      } else if (event.kind === "row-ended") {
        lastMs = event.elapsedMs;
        const { name, fault, verdict, crashes, trials } = event.result;
        const what = `${escapeText(name, NAME_LIMIT)} ${escapeText(fault, NAME_LIMIT)}`;
        write(
          `${event.row + 1}/${event.rows} ${what}: ${verdict} (${trials} trials, ${crashes} crashes)\n`,
        );
      }
    },
    stop: () => undefined,
  };
}

function foundText(violating: number): string {
  return violating === 0 ? "no violation" : `${violating} violating trials`;
}
