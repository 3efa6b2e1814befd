// The claim: mode batch loses at most N-1 appends, and reaches it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { killEverywhere, lostByKill, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun, upTo } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

function batchRun(batchSyncCount: number): LogRun {
  return {
    mode: "batch",
    options: { batchSyncCount },
    operations: appends(2 * batchSyncCount + 1),
  };
}

describe("batch loses at most N-1, and reaches it", () => {
  describe.each([1, 2, 3, 10])("N = %d", (count) => {
    const run = batchRun(count);
    const acknowledged = upTo(run.operations.length);
    const expected = acknowledged.map((each) => each % count);

    test("killed after the k-th acknowledgement it loses k mod N", async () => {
      const lost = await lostByKill(run, acknowledged, supervisor);
      expect(lost).toEqual(expected);
      expect(Math.max(...lost)).toBe(count - 1);
    });

    test("the power cut there, it loses the same", async () => {
      expect(await lostByPower(run)).toEqual(expected);
    });
  });

  test("N = 3, killed before and after each call of the storage", async () => {
    const { kills, ...showed } = await killEverywhere(batchRun(3), supervisor);
    expect(showed).toEqual({ notHeld: 0, lostMax: 2 });
    // Two syncs of N and the calls of an open, on both sides of each.
    expect(kills).toBeGreaterThan(15);
  });
});
