// The story of a replay: runs of operations, kills, what was found again, and the end.
import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../harness/history/history.ts";
import type { TrialRecord } from "../harness/trial-record.ts";
import { tellNumbers } from "./operation-runs.ts";
import { createPaint } from "./paint.ts";
import { type ReplayStory, renderReplay } from "./replay-story.ts";

const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");

const life = 0;
const append = { kind: "append", size: 8 } as const;
const PAST: readonly HistoryEvent[] = [
  { kind: "open", life },
  { kind: "opened", life },
  ...[0, 1, 2].flatMap((operation): HistoryEvent[] => [
    { kind: "invoked", life, operation },
    { kind: "acknowledged", life, operation, lsns: [] },
  ]),
  { kind: "invoked", life, operation: 3 },
  { kind: "failed", life, operation: 3, code: "ENOSPC", message: "no space\u001b[2J" },
  { kind: "invoked", life, operation: 4 },
  {
    kind: "crash",
    life,
    fault: "kill",
    point: { during: "operation", operation: 4, rotation: true },
  },
];
const RECORD: TrialRecord = {
  trial: 17,
  seed: 123,
  scenario: "wal/sync",
  mode: "sync",
  fault: "kill",
  options: {},
  lives: [
    {
      life,
      plan: "kill:ack=3",
      struck: true,
      ended: "killed",
      evidence: "SIGKILL after 3 answers",
      strata: ["append"],
      acknowledgedRecords: 3,
      atRiskRecords: 0,
      lostRecords: 1,
      allowedRecords: 0,
    },
  ],
  verdict: "violated",
  violations: [],
  notApplicable: [],
};
const STORY: ReplayStory = {
  record: RECORD,
  history: {
    workload: {
      seed: 1,
      options: { segmentBytes: 4096 },
      lives: [[append, append, append, append, { kind: "batch", sizes: [1, 2] }]],
    },
    events: [
      ...PAST,
      {
        kind: "recovered",
        life,
        outcome: {
          kind: "found",
          records: ["0.0:abc", "1.0:abc", "x"].map((text) => ({ bytes: base64(text) })),
        },
      },
      {
        kind: "recovered",
        life,
        outcome: { kind: "refused", code: "EDAMAGED", message: "bad segment" },
      },
    ],
  },
  replayedFrom: PAST.length,
  verdict: "violated",
  violations: [
    { guarantee: "nothing-lost", life, message: "append 2 (life 0) is missing", operations: [2] },
  ],
  sentences: [],
};

function story(event: HistoryEvent): string {
  const history = { ...STORY.history, events: [event] };
  return renderReplay({ ...STORY, history, replayedFrom: 1 }, createPaint(false));
}

describe("renderReplay", () => {
  it("tells a violation step by step", () => {
    expect(renderReplay(STORY, createPaint(false))).toMatchInlineSnapshot(`
      "wal/sync (kill)
      trial 17, seed 123, mode sync
      options: {"segmentBytes":4096}

      life 0: 5 operations, plan kill:ack=3
        append 0..2 acknowledged
        append 3 failed: ENOSPC no space\\x1b[2J
        batch 4 asked, not answered
        its writer: killed, SIGKILL after 3 answers
        crash by kill in operation 4, which was changing files
        recovered again: 3 values of operations 0..1, 1 without a name
        recovered again: refused: EDAMAGED bad segment

      It breaks again.
      nothing-lost (after life 0): append 2 (life 0) is missing
      "
    `);
  });

  it("tells what was written on behind a recovery, which the trial's own lives do not hold", () => {
    const { history } = STORY;
    const lives = [...history.workload.lives, [append]];
    const on: readonly HistoryEvent[] = [
      { kind: "open", life: 1 },
      { kind: "opened", life: 1 },
      { kind: "invoked", life: 1, operation: 5 },
      { kind: "acknowledged", life: 1, operation: 5, lsns: [] },
      { kind: "closed", life: 1 },
      { kind: "recovered", life: 1, outcome: { kind: "found", records: [] } },
    ];
    const longer = { workload: { ...history.workload, lives }, events: [...history.events, ...on] };
    expect(renderReplay({ ...STORY, history: longer }, createPaint(false))).toContain(
      [
        "written on behind the recovery:",
        "  append 5 acknowledged",
        "  recovered again: 0 values",
      ].join("\n"),
    );
  });

  it("says so where it now holds, or cannot be judged", () => {
    const paint = createPaint(false);
    expect(renderReplay({ ...STORY, verdict: "held", violations: [] }, paint)).toContain(
      "It now holds",
    );
    const unjudged = { ...STORY, verdict: "inconclusive", problem: "a check threw" } as const;
    expect(renderReplay(unjudged, paint)).toContain(
      "could not be judged again.\nproblem: a check threw",
    );
  });

  it("tells each way a recovery or a crash may go", () => {
    expect(story({ kind: "recovered", life, outcome: { kind: "hung", limitMs: 5 } })).toContain(
      "recovered: no end within 5 ms",
    );
    expect(
      story({ kind: "recovered", life, outcome: { kind: "died", message: "exit 1" } }),
    ).toContain("recovered: the process died: exit 1");
    expect(story({ kind: "open-failed", life, message: "no" })).toContain("opening failed:  no");
    for (const [during, told] of [
      ["open", "before the store was open"],
      ["idle", "after the last answer"],
      ["recovery", "in recovery"],
    ] as const) {
      expect(story({ kind: "crash", life, fault: "kill", point: { during } })).toContain(told);
    }
  });

  it("says why a violation is not explained, and harmlessly", () => {
    const sentences = ["It is not explained: too slow\u001b[2J."];
    expect(renderReplay({ ...STORY, sentences }, createPaint(false))).toMatch(
      /is missing\n\nIt is not explained: too slow\\x1b\[2J\.\n$/,
    );
  });

  it("tells at most 200 runs of a life", () => {
    const events = Array.from({ length: 500 }, (_, index): HistoryEvent => {
      return { kind: "invoked", life, operation: index * 2 };
    });
    const text = renderReplay(
      { ...STORY, history: { ...STORY.history, events } },
      createPaint(false),
    );
    expect(text).toContain("and 300 runs more");
  });
});

describe("tellNumbers", () => {
  it("writes neighbours as ranges and items of one operation once", () => {
    expect(tellNumbers([0, 1, 2, 2, 2, 5, 7, 8, 3])).toBe("0..2, 5, 7..8, 3");
    expect(tellNumbers([])).toBe("");
  });
});
