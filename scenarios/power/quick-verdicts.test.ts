// The quick verdict on what a recovery found is the full judge's, for any run of any chain of our log.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import type { StorePromise } from "../../harness/guarantees/guarantee.ts";
import { judgeHistory } from "../../harness/guarantees/judge.ts";
import type { HistoryEvent } from "../../harness/history/history.ts";
import { drawChain } from "../../harness/power/chain-plan.ts";
import { CrashMoments } from "../../harness/power/crash-moments.ts";
import { type Finding, FindingReader, type Run } from "../../harness/power/finding.ts";
import { LegalRuns } from "../../harness/power/legal-run.ts";
import { LogCatalogue } from "../../harness/power/log-catalogue.ts";
import type { Recording } from "../../harness/power/power-job.ts";
import { recordChain } from "../../harness/power/record-chain.ts";
import type { Workload } from "../../harness/workload.ts";
import { sampleWorkload } from "../../harness/workload-arbitraries.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { walPromise } from "../wal-promise.ts";
import { walWorkloads } from "../workloads/wal-workloads.ts";

const MODES: readonly SyncMode[] = ["sync", "batch", "none", "flush"];
/** What the log promises, and less: the quick verdicts must follow. */
const PROMISES: readonly (readonly [SyncMode, Partial<StorePromise>])[] = [
  ...MODES.map((mode) => [mode, {}] as const),
  ["flush", { recoverySyncs: false }],
  ["none", { recoverySyncs: false, power: { records: 3 } }],
  ["sync", { power: "anything" }],
];
const RUNS = 60;

async function record(mode: SyncMode, seed: number): Promise<Recording & { workload: Workload }> {
  const workload = sampleWorkload(walWorkloads(mode), seed);
  const store = { subject: walSubject, options: { ...workload.options, mode } };
  const plan = drawChain(seed, workload);
  const chain = await recordChain({ store, workload, plan, profile: profiles.posix, seed });
  return { ...chain, workload };
}

/** What a recovery that finds these records would be read as. */
function read(
  reader: FindingReader,
  catalogue: LogCatalogue,
  runs: readonly Run[],
): Promise<Finding> {
  const values = runs.flatMap(({ first, last }) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => {
      const lsn = catalogue.lsn(first + place);
      const payload = catalogue.bytes(first + place);
      return lsn === undefined ? { payload } : { payload, lsn };
    }),
  );
  return reader.read(async () => values);
}

describe.each(PROMISES)("in mode %s, with %j", (mode, less) => {
  it("calls no run legal that the full judge convicts, and knows most of the legal ones", async () => {
    const counts = { legal: 0, quick: 0, convicted: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2 ** 31 }),
        fc.infiniteStream(fc.nat()),
        async (seed, draw) => {
          const below = (limit: number): number => (draw.next().value ?? 0) % limit;
          const { workload, prior, trace } = await record(mode, seed);
          const moments = new CrashMoments({ workload, prior, trace, fault: "power" });
          const marks = trace.events.flatMap((one) => (one.kind === "mark" ? [one.happened] : []));
          const catalogue = new LogCatalogue(workload, [...prior, ...marks]);
          const reader = new FindingReader(catalogue, true);
          const promise = { ...walPromise(mode, workload.options), ...less };
          const legal = new LegalRuns(moments, catalogue, promise);
          for (let n = 0; n < 12; n += 1) {
            const moment = moments.list[below(moments.list.length)];
            if (moment === undefined || catalogue.size === 0) return;
            const first = below(3) === 0 ? below(catalogue.size) : 0;
            const finding = await read(reader, catalogue, [{ first, last: below(catalogue.size) }]);
            const life = moments.eventsThrough(moment).at(-1)?.life ?? 0;
            const found: HistoryEvent = { kind: "recovered", life, outcome: finding.outcome() };
            const judged = judgeHistory(moments.history(moment, [found]), promise);
            const quick = legal.at(moment)?.judge(finding);
            if (quick !== undefined) expect(judged.violations).toEqual([]);
            const best = promise.power === "anything" ? "measured" : "held";
            const legally = judged.verdict === best && judged.violations.length === 0;
            if (quick !== undefined) expect(judged.verdict).toBe(best);
            counts.quick += quick === undefined ? 0 : 1;
            counts.legal += legally ? 1 : 0;
            counts.convicted += judged.violations.length > 0 ? 1 : 0;
          }
        },
      ),
      { numRuns: RUNS },
    );
    // Neither of the two is met by chance alone, and the quick way is the common one.
    expect(counts.convicted).toBeGreaterThan(RUNS);
    expect(counts.quick).toBeGreaterThan(counts.legal / 2);
  });
});
