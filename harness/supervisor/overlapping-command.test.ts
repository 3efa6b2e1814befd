// A command with operations in flight, with real processes: sent ahead, answered in any order, killed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventOrderBreach } from "../history/event-order.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { CommandReference } from "../subject.ts";
import type { Operation } from "../workload.ts";
import { appends, GROUP, HANG_MS, settingsWith, writeJob } from "./fixtures/command-jobs.ts";
import type { WriteJob, WriterStop } from "./job.ts";
import { endText } from "./life-ending.ts";
import { tellLife } from "./life-events.ts";
import type { ChildEnd } from "./running-child.ts";
import { RunningCommand } from "./running-command.ts";

const PROGRAM = fileURLToPath(new URL("fixtures/overlapping-command.mjs", import.meta.url));
const SLOTS = 3;

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "overlapping-command-test-"));
});

afterEach(() => rmSync(directory, { recursive: true, maxRetries: 5 }));

interface Lived {
  readonly job: WriteJob;
  readonly end: ChildEnd;
  readonly rest: string;
  readonly events: readonly HistoryEvent[];
}

async function live(
  stop: WriterStop,
  given: { readonly behaviour?: string; readonly operations?: readonly Operation[] } = {},
): Promise<Lived> {
  const { behaviour = "none", operations = appends(9) } = given;
  const command = (role: string) => [process.execPath, PROGRAM, role, behaviour];
  const subject: CommandReference = {
    command: { write: command("write"), recover: command("recover") },
  };
  const job = { ...writeJob(directory, stop, { subject, operations }), concurrency: SLOTS };
  const running = new RunningCommand(
    settingsWith(GROUP, behaviour === "swallows" ? { lifeMs: 6 * HANG_MS } : {}),
    job,
    1,
  );
  const rest = await running.rest;
  const end = await running.end();
  const { events } = tellLife(job, end, { life: 1, plan: "kill" });
  const before: readonly Operation[] = appends(job.firstOperation);
  const workload = { seed: 3, options: {}, lives: [before, operations], concurrency: SLOTS };
  if (end.breach === undefined) expect(eventOrderBreach({ workload, events })).toBeUndefined();
  return { job, end, rest, events };
}

const answered = ({ end }: Lived): readonly number[] =>
  end.lines.flatMap((line) => (line.kind === "ack" ? [line.operation] : []));

const inOrder = (operations: readonly number[]): readonly number[] =>
  [...operations].sort((a, b) => a - b);

describe("a command with operations in flight", () => {
  it("answers all of them, not in their order, and is closed", async () => {
    const lived = await live({ kind: "close" });
    expect(inOrder(answered(lived))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(answered(lived)).not.toEqual(inOrder(answered(lived)));
    expect(lived.events.at(-1)).toMatchObject({ kind: "closed" });
  });

  it("is sent nothing behind the answer that it is stopped at, and owes what is in flight", async () => {
    const lived = await live({ kind: "answers", count: 4 });
    expect(lived.rest).toBe("waiting");
    expect(answered(lived).length).toBeGreaterThanOrEqual(4);
    expect(lived.end.asked).toBe(4 - 1 + SLOTS);
    expect(lived.events.at(-1)).toMatchObject({ kind: "crash" });
  });

  it("is opened again when nothing is in flight", async () => {
    const operations: readonly Operation[] = [...appends(4), { kind: "reopen" }, ...appends(4)];
    const lived = await live({ kind: "close" }, { operations });
    const answers = answered(lived);
    expect(inOrder(answers.slice(0, 4))).toEqual([10, 11, 12, 13]);
    expect(answers[4]).toBe(14);
    expect(inOrder(answers.slice(5))).toEqual([15, 16, 17, 18]);
  });

  it("lies when all before the lie is answered", async () => {
    const lived = await live({ kind: "lie", from: 14, through: 16 });
    const answers = answered(lived);
    expect(inOrder(answers.slice(0, 4))).toEqual([10, 11, 12, 13]);
    expect(answers.slice(4)).toEqual([14, 15, 16]);
    const values = readFileSync(join(directory, "values"), "utf8").trim().split("\n");
    expect(values).toHaveLength(4);
  });

  it("hangs on the oldest operation that it never answers", async () => {
    const lived = await live({ kind: "end" }, { behaviour: "swallows" });
    expect(lived.rest).toBe("hung");
    expect(endText(lived.job, lived.end)).toBe("no answer to operation 12");
    expect(lived.events.at(-1)).toMatchObject({ point: { during: "operation", operation: 12 } });
  });

  it("breaks the protocol by a second answer", async () => {
    const { end, rest } = await live({ kind: "end" }, { behaviour: "twice" });
    expect(rest).toBe("broke-protocol");
    expect(end.breach?.code).toBe("answered-twice");
  });
});
