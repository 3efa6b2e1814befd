// The claim, which is false: an event store with plain batch writes keeps its batches whole.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import type { TrialRecord } from "../../harness/trial-record.ts";
import type { Operation } from "../../harness/workload.ts";
import { eventSubject } from "../subjects/event-store.ts";
import { crashStore } from "./fixtures/crashed-log.ts";
import { killInsideOneWrite } from "./fixtures/killed-batch.ts";
import { killAtEachCall, startKiller } from "./fixtures/killed-log.ts";
import { appends } from "./fixtures/log-run.ts";
import { oneLife, originRun, originScenario } from "./fixtures/origin-store.ts";

const RECORDS = 5;

/** A line of 20 bytes of payload takes under 50 bytes: all of the batch lies in the first sector. */
const SMALL_BATCH: Operation = { kind: "batch", sizes: Array.from({ length: RECORDS }, () => 20) };

/** Two lines that together are longer than a sector, and three that are longer than a page. */
const OVER_A_SECTOR: Operation = { kind: "batch", sizes: [300, 300] };
const OVER_A_PAGE: Operation = { kind: "batch", sizes: [1500, 1500, 1500] };

/** More than a page can be: the kernel takes it in pieces. */
const LARGE_BATCH_BYTES = 48 * 2 ** 20;

const { believed, honest } = {
  believed: originScenario("events/believed-atomic").promise({}),
  honest: originScenario("events/flush").promise({}),
};

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

/** How many records of a torn batch were found, once for each trial that tore it. */
function tornTo(records: readonly TrialRecord[]): readonly number[] {
  const messages = records.flatMap(({ violations }) =>
    violations.filter(({ guarantee }) => guarantee === "batch-whole").map(({ message }) => message),
  );
  return messages
    .map((message) => Number(/(\d+) of the \d+ records/.exec(message)?.[1]))
    .sort((one, other) => one - other);
}

describe("an event store with plain batch writes keeps its batches whole", () => {
  test("no: with a write for each line a kill tears it at each of them", async () => {
    const scenario = originScenario("events/believed-atomic");
    const records = await killAtEachCall(scenario, oneLife([SMALL_BATCH]), supervisor);
    // After a line's write and before the next one's the same is left.
    expect(tornTo(records)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test("with one write for all its lines a kill between calls never does", async () => {
    const scenario = { ...originScenario("events/flush"), promise: () => believed };
    const records = await killAtEachCall(scenario, oneLife([SMALL_BATCH]), supervisor);
    expect(records.length).toBeGreaterThan(15);
    expect(records.filter(({ verdict }) => verdict !== "held")).toEqual([]);
  });

  test("no: a kill inside that write leaves whole pages of it", async () => {
    const { fileBytes, events, expected } = await killInsideOneWrite(LARGE_BATCH_BYTES);
    expect(fileBytes % 4096).toBe(0);
    expect(events).toBeGreaterThan(0);
    expect(events).toBeLessThan(expected);
  });

  test.each([
    { profile: "kill", batch: "within a page", operation: OVER_A_SECTOR, whole: true },
    { profile: "kill", batch: "over a page", operation: OVER_A_PAGE, whole: false },
    { profile: "ext4", batch: "within a page", operation: OVER_A_SECTOR, whole: true },
    { profile: "ext4", batch: "over a page", operation: OVER_A_PAGE, whole: false },
    { profile: "posix", batch: "within a sector", operation: SMALL_BATCH, whole: true },
    { profile: "posix", batch: "over a sector", operation: OVER_A_SECTOR, whole: false },
  ] as const)(
    "one write $batch, under $profile: whole is $whole",
    async ({ profile, operation, whole }) => {
      const run = originRun(eventSubject, "events/flush", {
        operations: [operation],
        promise: believed,
      });
      expect(await crashStore(run, profiles[profile])).toMatchObject(
        whole ? { verdict: "held" } : { verdict: "violated", guarantee: "batch-whole" },
      );
    },
  );

  test("beside it: a power cut loses all that was appended, and an fsync mends that", async () => {
    const operations = appends(12);
    const plain = originRun(eventSubject, "events/flush", { operations, promise: honest });
    expect(await crashStore(plain, profiles.posix)).toMatchObject({
      verdict: "held",
      lost: 12,
      acknowledged: 12,
    });
    const durable = originRun(eventSubject, "events/believed-durable", { operations });
    expect(await crashStore(durable, profiles.ext4)).toMatchObject({ verdict: "violated" });
    const mended = originRun(eventSubject, "events/sync", { operations });
    expect(await crashStore(mended, profiles.posix)).toMatchObject({ verdict: "held", lost: 0 });
  });
});
