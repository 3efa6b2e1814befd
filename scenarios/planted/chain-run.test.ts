// A chain's history tells what happened up to each cut, and nothing that came after it.
import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../harness/history/history.ts";
import type { Workload } from "../../harness/workload.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { runChain } from "./chain-run.ts";
import type { ChainStep, DiskPlace } from "./planted-bug.ts";

const APPEND = { kind: "append", size: 40 } as const;
const LIFE: ChainStep = { kind: "life", operations: [APPEND, APPEND] };

async function events(...steps: readonly ChainStep[]): Promise<readonly HistoryEvent[]> {
  const lives = steps.flatMap((step) => (step.kind === "life" ? [step.operations] : []));
  const workload: Workload = { seed: 1, options: {}, lives };
  const store = { subject: walSubject, options: { mode: "sync" } };
  return await runChain({ store, workload }, steps);
}

function cut(nth: DiskPlace["nth"], operation: DiskPlace["operation"]): ChainStep {
  return { kind: "power", keep: "floor", at: { side: "before", nth, operation } };
}

function kinds(happened: readonly HistoryEvent[]): readonly string[] {
  return happened.map((event) =>
    event.kind === "crash" ? `${event.fault} during ${event.point.during}` : event.kind,
  );
}

/** How many records the last recovery found. */
function foundAtLast(happened: readonly HistoryEvent[]): number | undefined {
  const last = happened.at(-1);
  return last?.kind === "recovered" && last.outcome.kind === "found"
    ? last.outcome.records.length
    : undefined;
}

describe("runChain", () => {
  test("a power cut in an open, in an operation, and behind a life", async () => {
    const recover: ChainStep = { kind: "recover" };
    const inOpen = await events(LIFE, cut("first", "rename"), recover);
    expect(kinds(inOpen)).toEqual(["open", "power during open", "recovered"]);
    expect(foundAtLast(inOpen)).toBe(0);
    const inAppend = await events(LIFE, cut("last", "fdatasync"), recover);
    expect(kinds(inAppend).slice(-3)).toEqual(["invoked", "power during operation", "recovered"]);
    expect(foundAtLast(inAppend)).toBe(1);
    const behind = await events(LIFE, { kind: "power", keep: "floor" }, recover);
    expect(kinds(behind).at(-2)).toBe("power during idle");
    expect(foundAtLast(behind)).toBe(2);
  });

  test("a power cut inside a recovery takes what it would have reported", async () => {
    const happened = await events(
      LIFE,
      { kind: "kill" },
      { kind: "recover" },
      cut("first", "fsync"),
      { kind: "recover" },
    );
    const after = ["kill during idle", "power during recovery", "recovered"];
    expect(kinds(happened).slice(-3)).toEqual(after);
    expect(foundAtLast(happened)).toBe(2);
  });

  test("the next life goes on where the last disk ended", async () => {
    const happened = await events(
      LIFE,
      { kind: "power", keep: "floor" },
      LIFE,
      { kind: "kill" },
      { kind: "recover" },
    );
    expect(happened.map(({ life }) => life)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(foundAtLast(happened)).toBe(4);
  });

  test("a place that the step does not come to is refused", async () => {
    await expect(events(LIFE, cut("first", "unlink"))).rejects.toThrow("did no unlink");
  });
});
