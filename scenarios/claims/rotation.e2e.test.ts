// The claim: rotation shortens the risk window.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { lostByKill, startKiller } from "./fixtures/killed-log.ts";
import {
  appends,
  type LogRun,
  RECORD_BYTES,
  SEGMENT_HEADER_BYTES,
  upTo,
} from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

const APPENDS = 20;
const PER_SEGMENT = 4;
const acknowledged = upTo(APPENDS);

/** Before each rotation, right after it, and at the end. */
const KILLS = [1, 4, 5, 8, 9, 20];

/** What a full segment leaves at risk, until the next record comes and it is synced. */
const inSegment = (count: number): number => ((count - 1) % PER_SEGMENT) + 1;

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("rotation shortens the risk window", () => {
  describe.each(["batch", "none"] as const)("%s", (mode) => {
    const large: LogRun = { mode, operations: appends(APPENDS) };
    const segmentBytes = SEGMENT_HEADER_BYTES + PER_SEGMENT * RECORD_BYTES;
    const small: LogRun = { ...large, options: { segmentBytes } };

    test("segments of 4 records: a kill loses what the last segment holds, at most 4", async () => {
      expect(await lostByKill(small, KILLS, supervisor)).toEqual(KILLS.map(inSegment));
    });

    test("segments of 16 MiB: a kill loses all, 20 of 20", async () => {
      expect(await lostByKill(large, KILLS, supervisor)).toEqual(KILLS);
    });

    test("the power cut after each append, the same", async () => {
      expect(await lostByPower(small)).toEqual(acknowledged.map(inSegment));
      expect(await lostByPower(large)).toEqual(acknowledged);
    });
  });
});
