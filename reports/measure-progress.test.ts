// Progress of a measurement: a line for each step, and a bar that cleans up.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { MeasureEvent } from "../harness/measure/measure-event.ts";
import { MEASURED_RESULT } from "./fixtures/sample-measurement.ts";
import { createMeasureBar, createMeasureLines } from "./measure-progress.ts";

const PART = "speed and risk window";
const SETTING = "mine/\u001b[31m 64 B";
const EVENTS: readonly MeasureEvent[] = [
  { kind: "started", steps: 2, seed: 7 },
  { kind: "progress", setting: SETTING, part: PART, share: 0.1, elapsedMs: 900 },
  {
    kind: "step-ended",
    step: 1,
    steps: 2,
    setting: SETTING,
    part: PART,
    told: "4000 appends/s, p50 250 us",
    elapsedMs: 3100,
  },
  { kind: "ended", result: MEASURED_RESULT },
];

test("a line for each step that ends", () => {
  const lines: string[] = [];
  const progress = createMeasureLines((line) => lines.push(line));
  for (const event of EVENTS) progress.onEvent(event);
  progress.stop();
  expect(lines).toEqual([
    "1/2 mine/\\x1b[31m 64 B: speed and risk window: 4000 appends/s, p50 250 us (3 s)\n",
  ]);
});

test("the bar takes every event, and may be stopped twice or before it began", () => {
  const stream = new PassThrough();
  const bar = createMeasureBar(stream);
  bar.stop();
  for (const event of EVENTS) bar.onEvent(event);
  bar.stop();
  expect(String(stream.read() ?? "")).not.toContain("\u001b[31m");
});
