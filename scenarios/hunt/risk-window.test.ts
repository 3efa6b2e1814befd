// The risk window of our log: its shape in each mode, and that crashes drawn at random agree with it.
import { describe, expect, test } from "vitest";
import { crashImage } from "../../harness/disk/crash-image.ts";
import { versionsAfter } from "../../harness/disk/disk-versions.ts";
import { randomChoice } from "../../harness/hunt/fixtures/random-choice.ts";
import { LossCounter } from "../../harness/hunt/loss.ts";
import { diskOf } from "../../harness/hunt/recoverable-image.ts";
import type { RiskWindow } from "../../harness/hunt/risk-window.ts";
import { stream } from "../../harness/seed.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import {
  appends,
  BATCH_SYNC_COUNT,
  RECORD_BYTES,
  RISK_WORKLOADS,
  recordOperations,
  windowOf,
} from "./fixtures/log-windows.ts";
import { type RecordedRun, recordRun } from "./fixtures/recorded-run.ts";

const TEN_APPENDS = { operations: appends(10) };

describe("the shape of the window", () => {
  test.each([
    ["sync", "flat", 0],
    ["batch", "sawtooth", BATCH_SYNC_COUNT - 1],
    ["flush", "ramp", 10],
    ["none", "ramp", 10],
  ] as const)("%s is %s and at most %i", async (mode, shape, records) => {
    const window = await windowOf(await recordOperations(mode, TEN_APPENDS));
    expect(window.shape).toBe(shape);
    expect(window.worst?.records).toBe(records);
    expect(window.worst?.bytes).toBe(records * RECORD_BYTES);
    expect(window.notMonotone).toBeUndefined();
    expect(window.monotoneSamples).toBeGreaterThan(0);
  });

  test("nothing destructive is optional where a log only appends: the window is exact", async () => {
    const window = await windowOf(await recordOperations("none", TEN_APPENDS));
    expect(window.destructive).toEqual([]);
    expect(window.exact).toBe(true);
  });

  test("a truncation is destructive: from its removals on the window says at least", async () => {
    const operations = [
      { kind: "append", size: 4000 },
      { kind: "checkpoint" },
      { kind: "truncate" },
    ] as const;
    const window = await windowOf(
      await recordOperations("sync", { operations, segmentBytes: 2048 }),
    );
    expect(window.destructive).toEqual(["unlink"]);
    expect(window.exact).toBe(false);
  });
});

test("what a kill took with its process is not at risk again", async () => {
  // The first life leaves one record in its buffer of two, the others are with the kernel.
  const window = await windowOf(await killedChain("batch"));
  expect(window.worst?.records).toBe(BATCH_SYNC_COUNT - 1);
});

interface SampledLoss {
  readonly at: number;
  readonly records: number;
}

/** Crashes at random points with random versions, and what each of them lost. */
async function sampledLosses(
  { crashCase, trace }: RecordedRun,
  count: number,
): Promise<readonly SampledLoss[]> {
  const random = stream(7, "sampled crashes");
  const newest = { base: "newest", clauses: [] } as const;
  const losses = await LossCounter.of(crashCase, trace, (at) =>
    diskOf(crashImage(trace, { at, keep: newest })),
  );
  const sampled: SampledLoss[] = [];
  for (let drawn = 0; drawn < count; drawn += 1) {
    const at = random.below(trace.events.length);
    const keep = randomChoice(versionsAfter(trace, at), random);
    const disk = diskOf(crashImage(trace, { at, keep }));
    sampled.push({ at, records: losses.at(at, await crashCase.recover(disk)).records });
  }
  return sampled;
}

interface Agreement {
  /** Crashes where the window is open. */
  readonly open: number;
  /** Those of them that lost all that the window says. */
  readonly reached: number;
  /** Crashes that lost more than the window says. */
  readonly above: readonly SampledLoss[];
}

/** Holds samples against the window, made wider by some records where it is open. */
function agreement(sampled: readonly SampledLoss[], { points }: RiskWindow, wider = 0): Agreement {
  const told = sampled.map(({ at, records }) => {
    const risk = points.findLast((point) => point.at <= at)?.records ?? 0;
    return { at, records, risk: risk === 0 ? 0 : risk + wider };
  });
  const open = told.filter(({ risk }) => risk > 0);
  return {
    open: open.length,
    reached: open.filter(({ records, risk }) => records === risk).length,
    above: told.filter(({ records, risk }) => records > risk),
  };
}

/** A killed life whose records no sync covers, and one that opens and writes on. */
async function killedChain(mode: SyncMode): Promise<RecordedRun> {
  const counted = mode === "batch" ? { batchSyncCount: BATCH_SYNC_COUNT } : {};
  const options = { bufferBytes: 128, segmentBytes: 1024, ...counted };
  const workload = { seed: 1, options, lives: [appends(7), appends(7), []] };
  return recordRun({
    subject: walSubject,
    mode,
    workload,
    lives: [{ ending: { kind: "idle" }, opensAtOnce: true }, { ending: { kind: "idle" } }],
  });
}

describe("crashes drawn at random agree with the window", () => {
  const SAMPLES = 400;
  // Of a thing with v optional versions a random crash takes the floor once in v + 1, and of what no
  // sync covers few such things must be lost: a third of the crashes in these runs, or more.
  const REACHED_SHARE = 0.2;

  const RUNS: readonly (readonly [string, (mode: SyncMode) => Promise<RecordedRun>])[] = [
    ...Object.entries(RISK_WORKLOADS).map(
      ([text, recorded]) => [text, (mode: SyncMode) => recordOperations(mode, recorded)] as const,
    ),
    ["a killed life and one behind it", killedChain],
  ];

  describe.each(RUNS)("%s", (_, record) => {
    test.each(["sync", "batch", "flush", "none"] as const)("%s", async (mode) => {
      const run = await record(mode);
      const window = await windowOf(run);
      const sampled = await sampledLosses(run, SAMPLES);
      const { open, reached, above } = agreement(sampled, window);
      expect(above).toEqual([]);
      if (mode === "sync") {
        expect(open).toBe(0);
        return;
      }
      expect(open).toBeGreaterThan(SAMPLES / 4);
      expect(reached).toBeGreaterThan(open * REACHED_SHARE);
      // One record short, and crashes go beyond it; one too many, and they never get there.
      expect(agreement(sampled, window, -1).above.length).toBeGreaterThan(open * REACHED_SHARE);
      expect(agreement(sampled, window, 1).reached).toBe(0);
    });
  });
});
