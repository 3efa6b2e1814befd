// The claim: mode sync loses nothing once append has returned.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { killEverywhere, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun, RECORD_BYTES, SEGMENT_HEADER_BYTES } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

/** Six appends, four to a segment: one rotation. */
const run: LogRun = {
  mode: "sync",
  options: { segmentBytes: SEGMENT_HEADER_BYTES + 4 * RECORD_BYTES },
  operations: appends(6),
};

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("sync loses nothing once append has returned", () => {
  test("killed before and after each call of the storage", async () => {
    const { kills, ...showed } = await killEverywhere(run, supervisor);
    expect(showed).toEqual({ notHeld: 0, lostMax: 0 });
    // Each append is a write and a sync, and each of them is struck on both sides.
    expect(kills).toBeGreaterThan(2 * 2 * 6);
  });

  test("the power cut right after each acknowledgement", async () => {
    expect(await lostByPower(run)).toEqual(Array(6).fill(0));
  });
});
