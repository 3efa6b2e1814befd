// How far a measurement is: a bar on a terminal, plain lines elsewhere.
import { SingleBar } from "cli-progress";
import type { MeasureEvent } from "../harness/measure/measure-event.ts";
import { escapeText } from "./escape-text.ts";

const NAME_LIMIT = 60;

/** Takes events, draws, and leaves the cursor on a line of its own when stopped. */
export interface MeasureProgress {
  onEvent(event: MeasureEvent): void;
  /** Safe to call more than once, and needed where it ends by an error. */
  stop(): void;
}

/** A bar that is drawn over itself. */
export function createMeasureBar(stream: NodeJS.WritableStream): MeasureProgress {
  const bar = new SingleBar({
    stream,
    format: "{bar} {percentage} % | {setting} | {part}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 1,
  });
  return {
    onEvent: (event) => {
      if (event.kind === "started") bar.start(1, 0, { setting: "starting", part: "" });
      else if (event.kind === "progress") {
        bar.update(event.share, {
          setting: escapeText(event.setting, NAME_LIMIT),
          part: event.part,
        });
      } else if (event.kind === "ended") bar.stop();
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** A line for each step that ends. */
export function createMeasureLines(write: (line: string) => void): MeasureProgress {
  return {
    onEvent: (event) => {
      if (event.kind !== "step-ended") return;
      const { step, steps, setting, part, told, elapsedMs } = event;
      const seconds = (elapsedMs / 1000).toFixed(0);
      write(
        `${step}/${steps} ${escapeText(setting, NAME_LIMIT)}: ${part}: ${told} (${seconds} s)\n`,
      );
    },
    stop: () => undefined,
  };
}
