// Every failure of every call of one small life of our log: no mode loses what it acknowledged.
import { expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { failuresOf } from "../../harness/faults/io-error-text.ts";
import type { CountedCall } from "../../harness/power/call-counts.ts";
import type { ChainPlan, PlannedFailure } from "../../harness/power/chain-plan.ts";
import { explore } from "../../harness/power/explore.ts";
import { recordChain } from "../../harness/power/record-chain.ts";
import { everyFailure } from "../../harness/power/settle-failure.ts";
import type { Operation, Workload } from "../../harness/workload.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { walPromise } from "../wal-promise.ts";

const LIMITS = { statesMax: 400, exhaustiveMax: 16, nestedMax: 0, nestedStatesMax: 0, depth: 0 };
const append: Operation = { kind: "append", size: 40 };
/** A rotation, something to truncate, and a reopen; then the store is written on. */
const LIVES: Workload["lives"] = [
  [
    append,
    append,
    { kind: "checkpoint" },
    append,
    { kind: "truncate" },
    { kind: "reopen" },
    append,
  ],
  [append, { kind: "sync" }],
];
const FAILURES = failuresOf("io-error:each") ?? [];

function planOf(failure: PlannedFailure): ChainPlan {
  return { lives: [{ ending: { kind: "close" }, failure }, { ending: { kind: "close" } }] };
}

test.each(["sync", "batch", "none", "flush"] as const)("mode %s", async (mode) => {
  const counted = mode === "batch" ? { batchSyncCount: 2 } : {};
  const options = { segmentBytes: 200, bufferBytes: 128, ...counted };
  const workload: Workload = { seed: 1, options, lives: LIVES };
  const store = { subject: walSubject, options: { ...options, mode } };
  const given = { store, workload, profile: profiles.posix, seed: 1 };
  const counts = new Map<CountedCall, number>();
  await recordChain({ ...given, plan: planOf({ kind: "drawn", among: [], seed: 0 }), counts });
  let struck = 0;
  for (const failure of everyFailure(FAILURES, counts)) {
    const lived = await recordChain({ ...given, plan: planOf({ kind: "chosen", failure }) });
    const { events } = lived.trace;
    if (events.some((each) => each.kind === "mark" && each.happened.kind === "io-error"))
      struck += 1;
    const promise = walPromise(mode, options);
    const { violation, problem } = await explore({ ...given, ...lived, promise, limits: LIMITS });
    const told = { failure, violations: violation?.violations ?? [], problem };
    expect(told).toEqual({ failure, violations: [], problem: undefined });
  }
  expect(counts.get("write")).toBeGreaterThan(5);
  expect(struck).toBeGreaterThan(100);
});
