// What a writer said and how it ended, told as the events of one life.
import { describe, expect, it } from "vitest";
import type { Operation } from "../workload.ts";
import type { WriteJob } from "./job.ts";
import { type LifeStory, tellLife } from "./life-events.ts";
import { parseChildLine } from "./protocol.ts";
import type { ChildEnd } from "./running-child.ts";

const OPERATIONS: readonly Operation[] = [
  { kind: "append", size: 1 },
  { kind: "sync" },
  { kind: "append", size: 1 },
];
const JOB: WriteJob = {
  kind: "write",
  store: { subject: { module: "ackproof:x" }, directory: "/s", options: { mode: "m" } },
  workloadSeed: 1,
  firstOperation: 10,
  operations: OPERATIONS,
  stop: { kind: "end" },
};
const KILLED: ChildEnd = {
  lines: [],
  rest: "ended",
  exitCode: null,
  signal: "SIGKILL",
  killed: true,
  output: "",
  contained: true,
  times: { answeredAtMs: [] },
};
const EXITED: ChildEnd = { ...KILLED, exitCode: 0, signal: null, killed: false };

function tell(lines: readonly string[], end: ChildEnd = KILLED): LifeStory {
  const said = lines.map(parseChildLine);
  return tellLife(JOB, { ...end, lines: said }, { life: 2, plan: "kill:idle" });
}

function kinds({ events }: LifeStory): readonly string[] {
  return events.map((event) =>
    "operation" in event ? `${event.kind} ${event.operation}` : event.kind,
  );
}

describe("tellLife", () => {
  it("asks each operation once the one before it is answered", () => {
    const story = tell(["opened 1", "ack 10 5", "err 11 EIO no"]);
    expect(kinds(story)).toEqual([
      "open",
      "opened",
      "invoked 10",
      "acknowledged 10",
      "invoked 11",
      "failed 11",
      "invoked 12",
      "crash",
    ]);
    expect(story.events.at(-1)).toMatchObject({
      fault: "kill:idle",
      point: { during: "operation", operation: 12, rotation: false },
    });
  });

  it("asks nothing more where the writer waits", () => {
    const story = tell(["opened 1", "ack 10", "done 4"]);
    expect(kinds(story).at(-2)).toBe("acknowledged 10");
    expect(story).toMatchObject({ calls: 4, ended: "killed" });
    expect(story.events.at(-1)).toMatchObject({ point: { during: "idle" } });
  });

  it("is idle after the last answer, even where the writer could not say so", () => {
    const story = tell(["opened 1", "ack 10", "ack 11", "ack 12"]);
    expect(story.events.at(-1)).toMatchObject({ point: { during: "idle" } });
  });

  it("struck the open where the store was not open yet", () => {
    expect(tell([]).events.at(-1)).toMatchObject({ point: { during: "open" } });
  });

  it("struck a rotation where names were changing under an append, not under a sync", () => {
    const at = "at 9 before create names 2.wal";
    const append = tell(["opened 1", at]);
    expect(append.events.at(-1)).toMatchObject({ point: { rotation: true } });
    const sync = tell(["opened 1", "ack 10", at]);
    expect(sync.events.at(-1)).toMatchObject({ point: { rotation: false } });
    const data = tell(["opened 1", "at 9 before write data 2.wal"]);
    expect(data.events.at(-1)).toMatchObject({ point: { rotation: false } });
  });

  it("tells the endings apart", () => {
    const all = ["opened 1", "ack 10", "ack 11", "ack 12", "closed 7"];
    expect(tell(all, EXITED)).toMatchObject({ ended: "closed", calls: 7 });
    expect(kinds(tell(all, EXITED)).at(-1)).toBe("closed");
    expect(tell(all, { ...EXITED, exitCode: 1 }).ended).toBe("died");
    expect(tell(["opened 1"], EXITED).ended).toBe("died");
    expect(tell(["opened 1"], { ...KILLED, killed: false }).ended).toBe("died");
    expect(tell(["opened 1"], { ...KILLED, rest: "hung" }).ended).toBe("hung");
    const failed = tell(["open-failed ENOENT gone"], EXITED);
    expect(failed.ended).toBe("open-failed");
    expect(failed.events.at(-1)).toMatchObject({ kind: "open-failed", code: "ENOENT" });
  });

  it("knows of a command what was asked, and when it answered and was struck", () => {
    const times = { answeredAtMs: [3, 5], struckAtMs: 8 };
    const idle = tell(["opened 0", "ack 10", "ack 11"], { ...KILLED, asked: 2, times });
    expect(idle.events.at(-1)).toMatchObject({ point: { during: "idle" }, atMs: 8 });
    expect(idle.events).toContainEqual(expect.objectContaining({ operation: 11, atMs: 5 }));
    expect(idle).not.toHaveProperty("calls");
    const asked = tell(["opened 0", "err 10 EIO no", "ack 11"], { ...KILLED, asked: 3, times });
    expect(asked.events.at(-1)).toMatchObject({ point: { during: "operation", operation: 12 } });
    expect(asked.events).toContainEqual(expect.objectContaining({ operation: 11, atMs: 5 }));
    const closed = tell(["opened 0", "ack 10", "closed 0"], { ...EXITED, asked: 1, times });
    expect(closed).toMatchObject({ ended: "closed" });
    expect(closed).not.toHaveProperty("calls");
  });

  it("names what ended a writer that died by itself", () => {
    const { events } = tell(["opened 1"], { ...EXITED, exitCode: 3 });
    expect(events.at(-1)).toMatchObject({ fault: "kill:died: exit code 3" });
  });
});

/** A life with several in flight, of seven operations from 10 with a reopen in the middle. */
function tellOverlap(
  lines: readonly string[],
  { concurrency = 3, stop = { kind: "end" } }: Partial<Pick<WriteJob, "concurrency" | "stop">> = {},
): string {
  const operations = Array.from(
    { length: 7 },
    (_, place): Operation => (place === 3 ? { kind: "reopen" } : { kind: "append", size: 1 }),
  );
  const job = { ...JOB, operations, concurrency, stop };
  const end = { ...KILLED, lines: lines.map(parseChildLine) };
  const story = tellLife(job, end, { life: 2, plan: "kill" });
  const crash = story.events.at(-1);
  const at = crash?.kind === "crash" && "operation" in crash.point ? crash.point.operation : "";
  return [...kinds(story).slice(2, -1), `crash ${at}`]
    .join(", ")
    .replaceAll("invoked ", "?")
    .replaceAll("acknowledged ", "!");
}

describe("tellLife of operations in flight", () => {
  it.each([
    ["asks as many as there are slots", ["opened 1"], "?10, ?11, ?12, crash 10"],
    [
      "asks for each answer one more, and names the oldest",
      ["opened 1", "ack 11", "ack 12"],
      "?10, ?11, ?12, !11, !12, crash 10",
    ],
    [
      "asks a reopen alone",
      ["opened 1", "ack 11", "ack 12", "ack 10"],
      "?10, ?11, ?12, !11, !12, !10, ?13, crash 13",
    ],
    [
      "fills the slots behind a reopen",
      ["opened 1", "ack 10", "ack 11", "ack 12", "ack 13", "ack 16"],
      "?10, ?11, ?12, !10, !11, !12, ?13, !13, ?14, ?15, ?16, !16, crash 14",
    ],
    [
      "is idle where the last is answered",
      ["opened 1", "ack 10", "ack 11", "ack 12", "ack 13", "ack 16", "ack 15", "ack 14", "done 9"],
      "?10, ?11, ?12, !10, !11, !12, ?13, !13, ?14, ?15, ?16, !16, !15, !14, crash ",
    ],
  ])("%s", (_, lines, expected) => {
    expect(tellOverlap(lines)).toBe(expected);
  });

  it("asks nothing behind the answer that the writer stops at", () => {
    const stop = { kind: "answers", count: 1 } as const;
    const lines = ["opened 1", "ack 11", "done 4"];
    expect(tellOverlap(lines, { concurrency: 2, stop })).toBe("?10, ?11, !11, crash 10");
  });

  it("asks lies one after the other, when all before them are answered", () => {
    const stop = { kind: "lie", from: 11, through: 12 } as const;
    const lines = ["opened 1", "ack 10", "ack 11", "ack 12", "done 4"];
    const expected = "?10, !10, ?11, !11, ?12, !12, crash ";
    expect(tellOverlap(lines, { concurrency: 2, stop })).toBe(expected);
  });
});
