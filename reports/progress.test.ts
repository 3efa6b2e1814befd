// Progress from events: plain lines by the campaign's own time, and a bar that cleans up.
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { CampaignEvent } from "../harness/campaign/campaign-event.ts";
import { HELD_RESULT } from "./fixtures/sample-result.ts";
import { createBar, createLines } from "./progress.ts";

function trialEnded(elapsedMs: number, trials: number): CampaignEvent {
  const where = { row: 0, scenario: "wal/\u001b[31msync", share: elapsedMs / 10_000 };
  return { kind: "trial-ended", verdict: "violated", trials, elapsedMs, ...where };
}

const [result] = HELD_RESULT.scenarios;
const ROW_ENDED: CampaignEvent[] =
  result === undefined ? [] : [{ kind: "row-ended", row: 0, rows: 1, result, elapsedMs: 10_000 }];

describe("plain lines", () => {
  it("come every five seconds and at the end of each row", () => {
    const lines: string[] = [];
    const progress = createLines((line) => lines.push(line));
    for (let elapsedMs = 0; elapsedMs <= 10_000; elapsedMs += 100) {
      progress.onEvent(trialEnded(elapsedMs, elapsedMs / 100));
    }
    for (const event of ROW_ENDED) progress.onEvent(event);
    progress.stop();
    expect(lines).toEqual([
      "50 % | wal/\\x1b[31msync | 50 trials\n",
      "100 % | wal/\\x1b[31msync | 100 trials\n",
      "1/1 wal/batch kill: held (402 trials, 611 crashes)\n",
    ]);
  });
});

describe("the bar", () => {
  it("takes every event, and may be stopped twice or before it began", () => {
    const stream = new PassThrough();
    const bar = createBar(stream);
    bar.stop();
    const events: CampaignEvent[] = [
      { kind: "started", rows: 1, seed: 7 },
      { kind: "row-started", row: 0, scenario: "wal/batch", fault: "kill" },
      trialEnded(100, 1),
      ...ROW_ENDED,
      { kind: "ended", result: HELD_RESULT },
    ];
    for (const event of events) bar.onEvent(event);
    bar.stop();
    expect(String(stream.read() ?? "")).not.toContain("wal/\u001b[31m");
  });
});
