// The claim: batches and checkpoints are fsynced in every mode.
import { describe, expect, test } from "vitest";
import { appends, type LogOperation } from "./fixtures/log-run.ts";
import { recordLog } from "./fixtures/recorded-log.ts";

const BATCH: LogOperation = { kind: "batch", sizes: [40, 40] };
const EMPTY_BATCH: LogOperation = { kind: "batch", sizes: [] };
const CHECKPOINT: LogOperation = { kind: "checkpoint" };

describe("batches and checkpoints are fsynced in every mode", () => {
  describe.each(["sync", "batch", "none", "flush"] as const)("%s", (mode) => {
    test.each([
      ["batch", BATCH],
      ["checkpoint", CHECKPOINT],
    ])("a %s: one sync has ended before the acknowledgement, and covers all", async (_, last) => {
      const operations = [...appends(3), last];
      const recorded = await recordLog({ mode, operations });
      expect(recorded.operations.at(-1)).toEqual({ syncs: ["fdatasync"], lostByPower: 0 });
    });

    test("the limit: an empty batch syncs what is unsynced, and nothing where that is nothing", async () => {
      const operations = [...appends(3), EMPTY_BATCH, EMPTY_BATCH];
      const recorded = await recordLog({ mode, operations });
      const unsynced = mode === "sync" ? [] : ["fdatasync"];
      expect(recorded.operations.slice(3)).toEqual([
        { syncs: unsynced, lostByPower: 0 },
        { syncs: [], lostByPower: 0 },
      ]);
    });
  });
});
