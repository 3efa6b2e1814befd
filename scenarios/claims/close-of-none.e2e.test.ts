// The claim: a clean close of mode none makes no fsync.
import { describe, expect, test } from "vitest";
import { die } from "./fixtures/dead-writer.ts";
import { appends } from "./fixtures/log-run.ts";
import { recordLog } from "./fixtures/recorded-log.ts";

describe("a clean close of none makes no fsync", () => {
  test("neither the appends nor the close sync; a power cut then loses all 5", async () => {
    const { operations, close } = await recordLog({ mode: "none", operations: appends(5) });
    expect(operations.flatMap(({ syncs }) => syncs)).toEqual([]);
    expect(close).toEqual({ syncs: [], lostByPower: 5 });
  });

  test("a power cut loses what follows the last barrier: 3 of 6", async () => {
    const { close } = await recordLog({
      mode: "none",
      operations: [...appends(3), { kind: "sync" }, ...appends(3)],
    });
    expect(close).toEqual({ syncs: [], lostByPower: 3 });
  });

  test("killed after the close, it loses 0 of 50", async () => {
    expect(await die("none", "close, then SIGKILL")).toEqual({ ended: "SIGKILL", lost: 0 });
  });

  test.each([
    { mode: "sync", syncs: [], lostByPower: 0 },
    { mode: "batch", syncs: ["fdatasync"], lostByPower: 0 },
    { mode: "flush", syncs: [], lostByPower: 5 },
  ] as const)("beside it, a close of $mode", async ({ mode, ...expected }) => {
    const { close } = await recordLog({ mode, operations: appends(5) });
    expect(close).toEqual(expected);
  });
});
