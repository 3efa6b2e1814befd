// Our log under corruption: noticed, or lost within the limit that wal/FORMAT.md states; never a wrong record.
import { describe, expect, test } from "vitest";
import {
  type CorruptionCounts,
  runCorruptionTrial,
} from "../../harness/corruption/corruption-trial.ts";
import { type CorruptionEnd, CorruptionJudge } from "../../harness/corruption/judge-corruption.ts";
import { type RestingEnd, writeAtRest } from "../../harness/corruption/write-at-rest.ts";
import type { Corruption } from "../../harness/disk/corruption.ts";
import { everyCorruption } from "../../harness/disk/corruption-draw.ts";
import { corruptionText } from "../../harness/disk/corruption-text.ts";
import { corruptFault } from "../../harness/faults/corrupt.ts";
import { trialSeed } from "../../harness/seed.ts";
import type { Operation } from "../../harness/workload.ts";
import { sampleWorkload } from "../../harness/workload-arbitraries.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { walPromise } from "../wal-promise.ts";
import { walScenario } from "../wal-scenarios.ts";

const MODES: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

const append = (size: number): Operation => ({ kind: "append", size });

/** Small, with every kind of record, two lives, and a last record that nothing behind it speaks of. */
const LIVES: readonly (readonly Operation[])[] = [
  [append(8), { kind: "sync" }, append(0)],
  [append(9), { kind: "batch", sizes: [8, 1] }, { kind: "checkpoint" }, append(8), append(8)],
];

interface SmallLog {
  readonly mode: SyncMode;
  readonly ends: readonly RestingEnd[];
  readonly preallocate: boolean;
}

async function smallLog({ mode, ends, preallocate }: SmallLog): Promise<CorruptionJudge> {
  const common = { segmentBytes: 330, bufferBytes: 256, preallocate };
  const options = { ...common, ...(mode === "batch" ? { batchSyncCount: 3 } : {}) };
  const store = { subject: walSubject, options: { ...options, mode } };
  const workload = { seed: 5, options, lives: LIVES };
  const judge = await CorruptionJudge.of(
    await writeAtRest(store, workload, ends),
    walPromise(mode, options),
  );
  expect(judge.problem).toBeUndefined();
  return judge;
}

/** Judges them all; the first that is not as promised is told. */
async function countEnds(
  judge: CorruptionJudge,
  corruptions: Iterable<Corruption>,
): Promise<{ readonly [end in CorruptionEnd]?: number }> {
  const counts: { [end in CorruptionEnd]?: number } = {};
  for (const corruption of corruptions) {
    const { end, violations, problem } = await judge.judge(corruption);
    const wrong = violations[0]?.message ?? problem;
    expect(wrong, corruptionText(corruption)).toBeUndefined();
    counts[end] = (counts[end] ?? 0) + 1;
  }
  return counts;
}

const BITS_OF_LAST_RECORD = 8 * (24 + 8);

describe.each(MODES)("mode %s", (mode) => {
  test("every flipped bit of a closed log", async () => {
    const judge = await smallLog({ mode, ends: [], preallocate: false });
    const ends = await countEnds(judge, everyCorruption(judge.image, "flip"));
    // Only what follows the last proof may go: the last record, and in lazy modes those that were
    // written since the last sync.
    const behindProof = mode === "sync" ? 1 : 2;
    expect(ends["lost-silently"]).toBe(behindProof * BITS_OF_LAST_RECORD);
    expect(ends.harmless).toBeUndefined();
    expect(ends.noticed).toBeGreaterThan(2000);
  });

  test("every cut of a closed log", async () => {
    const judge = await smallLog({ mode, ends: [], preallocate: false });
    const ends = await countEnds(judge, everyCorruption(judge.image, "cut"));
    expect(ends.noticed).toBeGreaterThan(100);
    expect(ends["lost-silently"]).toBeGreaterThan(100);
  });

  test("every flipped bit of a killed log that was preallocated", async () => {
    const killed = [{ kind: "idle" }, { kind: "idle" }] as const;
    const judge = await smallLog({ mode, ends: killed, preallocate: true });
    const ends = await countEnds(judge, everyCorruption(judge.image, "flip"));
    expect(ends.noticed).toBeGreaterThan(2000);
    expect(ends.harmless).toBeGreaterThan(500);
  });

  test.each([true, false])("every sector and file, preallocated: %s", async (preallocate) => {
    for (const end of ["close", "idle"] as const) {
      const judge = await smallLog({ mode, ends: [{ kind: "idle" }, { kind: end }], preallocate });
      for (const kind of ["zero", "swap", "misplace", "remove"] as const) {
        const ends = await countEnds(judge, everyCorruption(judge.image, kind));
        expect(ends.noticed ?? 0, kind).toBeGreaterThan(kind === "remove" ? -1 : 0);
      }
    }
  });
});

test("logs that were drawn, damaged in drawn ways", async () => {
  const seen: { [end in CorruptionEnd]?: number } = {};
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const mode = MODES[trial % MODES.length] ?? "sync";
    const outcome = await drawnTrial(mode, trialSeed(3, trial), false);
    const { violated, problem } = outcome;
    const text = violated && corruptionText(violated.corruption);
    expect(violated?.violations[0]?.message ?? problem, `trial ${trial}: ${text}`).toBeUndefined();
    add(seen, outcome.counts);
  }
  expect(seen.noticed).toBeGreaterThan(100);
  expect(seen.harmless).toBeGreaterThan(100);
  expect(seen["lost-silently"]).toBeGreaterThan(100);
});

test.each(MODES)(
  "the twin that keeps silent about damage is convicted in mode %s",
  async (mode) => {
    const broken = new Set<string>();
    for (let trial = 0; trial < TWIN_TRIALS; trial += 1) {
      const { violated } = await drawnTrial(mode, trialSeed(11, trial), true);
      for (const { guarantee } of violated?.violations ?? []) broken.add(guarantee);
    }
    expect([...broken]).toEqual(["damage-noticed"]);
  },
);

const TWIN_TRIALS = 4;
const TRIALS = 24;

async function drawnTrial(
  mode: SyncMode,
  seed: number,
  keepsSilent: boolean,
): ReturnType<typeof runCorruptionTrial> {
  const scenario = walScenario(mode);
  const fault = corruptFault("corrupt");
  expect(fault?.appliesTo(scenario)).toBe(true);
  const workload = sampleWorkload(scenario.workloads, seed);
  const plan = fault?.plan(seed, workload, scenario);
  if (plan === undefined) throw new Error("there is no fault corrupt");
  const store = { subject: walSubject, options: { ...workload.options, mode } };
  const promise = scenario.promise(workload.options);
  return runCorruptionTrial({ store, workload, promise, plan, keepsSilent });
}

function add(seen: { [end in CorruptionEnd]?: number }, counts: CorruptionCounts): void {
  for (const end of ["noticed", "harmless", "lost-silently"] as const) {
    seen[end] = (seen[end] ?? 0) + counts[end];
  }
}
