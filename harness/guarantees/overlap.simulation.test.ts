// The judges against a store with many callers, simulated: right ones are never convicted, whatever
// the order of what overlapped, and each mistake is convicted by the guarantee that it breaks.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountLives } from "../history/accounting.ts";
import type { FoundRecord, History, HistoryEvent } from "../history/history.ts";
import { type LogRecord, precedes } from "../history/log-record.ts";
import { readHistory } from "../history/oracle.ts";
import { workloadArbitrary } from "../workload-arbitraries.ts";
import { type ConcurrentSettings, simulateConcurrent } from "./fixtures/concurrent-store.ts";
import { MODES, promiseOf, simulate } from "./fixtures/simulated-store.ts";
import { judgeHistory } from "./judge.ts";

const alone = workloadArbitrary({
  lives: { min: 1, max: 3 },
  operations: { min: 0, max: 30 },
  weights: { append: 8, batch: 2, checkpoint: 2, sync: 1, truncate: 1, reopen: 1 },
  options: fc.record({ count: fc.integer({ min: 1, max: 6 }) }),
  sizeEdges: () => [200],
  countEdges: ({ count }) => [Number(count)],
});
const concurrency = fc.oneof(fc.integer({ min: 2, max: 4 }), fc.constantFrom(1, 16, 256));
const workloads = fc
  .tuple(alone, concurrency)
  .map(([workload, most]) => ({ ...workload, concurrency: most }));
const settings = fc.record({
  mode: fc.constantFrom(...MODES),
  seed: fc.nat({ max: 2 ** 32 - 1 }),
  order: fc.constantFrom("of calls" as const, "any" as const),
  kinds: fc.constantFrom(["kill"] as const, ["power"] as const, ["kill", "power"] as const),
});

type Workloads = typeof workloads extends fc.Arbitrary<infer W> ? W : never;
type Drawn = Omit<ConcurrentSettings, "count" | "mistake">;

function lived(workload: Workloads, drawn: Drawn, rest: Partial<ConcurrentSettings> = {}) {
  const count = Number(workload.options["count"]);
  const all = { ...drawn, ...rest, count };
  return {
    history: simulateConcurrent(workload, all),
    promise: promiseOf(all.mode, count),
  };
}

const namesOf = (history: History, promise: ReturnType<typeof promiseOf>): string[] =>
  judgeHistory(history, promise).violations.map(({ guarantee }) => guarantee);

describe("a right store with many callers", () => {
  test("is never convicted, whatever the order of what overlapped", () => {
    const seen = { overlapping: 0, atRisk: 0, lost: 0 };
    fc.assert(
      fc.property(workloads, settings, (workload, drawn) => {
        const { history, promise } = lived(workload, drawn);
        expect(judgeHistory(history, promise)).toMatchObject({ verdict: "held", violations: [] });
        for (const life of accountLives(history, promise)) {
          expect(life.lostRecords).toBeLessThanOrEqual(life.atRiskRecords);
          expect(life.atRiskRecords).toBeLessThanOrEqual(life.allowedRecords ?? Infinity);
          seen.atRisk += life.atRiskRecords;
          seen.lost += life.lostRecords;
        }
        seen.overlapping += readHistory(history, promise).reports.filter(outOfOrder).length;
      }),
      { seed: 60, numRuns: 1500 },
    );
    // The draw must reach what it is about: found in another order than asked for, and lost.
    expect(seen.overlapping).toBeGreaterThan(100);
    expect(seen.atRisk).toBeGreaterThan(500);
    expect(seen.lost).toBeGreaterThan(100);
  });

  test("may have room for more callers than there were", () => {
    fc.assert(
      fc.property(workloads, settings, (workload, { mode, seed }) => {
        const { history, promise } = {
          history: simulate(workload, mode, seed),
          promise: promiseOf(mode, Number(workload.options["count"])),
        };
        expect(judgeHistory(history, promise)).toMatchObject({ verdict: "held", violations: [] });
      }),
      { seed: 61, numRuns: 500 },
    );
  });
});

function outOfOrder({ found }: ReturnType<typeof readHistory>["reports"][number]): boolean {
  const indexes = found.flatMap(({ placed }) => (placed.kind === "expected" ? [placed.index] : []));
  return indexes.some((index, place) => index < (indexes[place - 1] ?? -1));
}

/** What the last recovery found, in its order; undefined for a value that does not name itself. */
function lastFound(history: History, promise: ReturnType<typeof promiseOf>) {
  const report = readHistory(history, promise).reports.at(-1);
  return (report?.found ?? []).map(({ placed }) =>
    placed.kind === "expected" ? report?.expected[placed.index]?.record : undefined,
  );
}

function withLastFound(history: History, records: readonly FoundRecord[]): History {
  const last = history.events.findLastIndex(({ kind }) => kind === "recovered");
  const events = history.events.map(
    (event, index): HistoryEvent =>
      index === last && event.kind === "recovered"
        ? { ...event, outcome: { kind: "found", records } }
        : event,
  );
  return { ...history, events };
}

function foundRecords({ events }: History): readonly FoundRecord[] {
  const last = events.findLast(({ kind }) => kind === "recovered");
  return last?.kind === "recovered" && last.outcome.kind === "found" ? last.outcome.records : [];
}

/** Convicts histories that `spoil` makes of right ones; undefined where there is nothing to spoil. */
function convicts(
  guarantee: string,
  seed: number,
  spoil: (history: History, promise: ReturnType<typeof promiseOf>) => History | undefined,
): void {
  let spoiled = 0;
  fc.assert(
    fc.property(workloads, settings, (workload, drawn) => {
      const { history, promise } = lived(workload, drawn, { mode: "sync" });
      const wrong = spoil(history, promise);
      fc.pre(wrong !== undefined);
      spoiled += 1;
      if (wrong !== undefined) expect(namesOf(wrong, promise)).toContain(guarantee);
    }),
    { seed, numRuns: 200 },
  );
  expect(spoiled).toBeGreaterThan(50);
}

describe("a wrong store with many callers is convicted", () => {
  test("where it loses an acknowledged record", () => {
    convicts("nothing-lost", 62, (history, promise) => {
      const found = lastFound(history, promise);
      // A truncation may take what lies at the beginning.
      const at = found.findLastIndex((record) => record?.outcome === "acknowledged");
      const truncates = history.workload.lives.flat().some(({ kind }) => kind === "truncate");
      if (at < 0 || truncates) return undefined;
      return withLastFound(history, foundRecords(history).toSpliced(at, 1));
    });
  });

  test("where what it lost lies before what it kept", () => {
    convicts("no-hole", 63, (history, promise) => {
      const found = lastFound(history, promise);
      const at = found.findIndex(
        (record) => record !== undefined && record.short === undefined && !isLastOf(record, found),
      );
      const truncates = history.workload.lives.flat().some(({ kind }) => kind === "truncate");
      if (at < 0 || truncates) return undefined;
      return withLastFound(history, foundRecords(history).toSpliced(at, 1));
    });
  });

  test("where it reorders against real time", () => {
    convicts("log-order", 64, (history, promise) => {
      const found = lastFound(history, promise);
      const at = found.findIndex((record, index) => {
        const next = found[index + 1];
        if (record?.short !== undefined || next?.short !== undefined) return false;
        return record !== undefined && next !== undefined && precedes(record, next);
      });
      const [here, next] = foundRecords(history).slice(at, at + 2);
      if (at < 0 || here === undefined || next === undefined) return undefined;
      return withLastFound(
        history,
        foundRecords(history)
          .with(at, next)
          .with(at + 1, here),
      );
    });
  });

  test("where it gives an LSN below one that was acknowledged before the call", () => {
    convicts("lsn-order", 65, (history) => {
      const first = history.events.findIndex(
        (event) => event.kind === "acknowledged" && event.lsns.length > 0,
      );
      const event = history.events[first];
      const later = history.events.some((one, index) => {
        const isAsked = one.kind === "invoked" && index > first;
        return isAsked && history.events.some((two) => isAnswerWithLsns(two, one.operation));
      });
      if (event?.kind !== "acknowledged" || !later) return undefined;
      const events = history.events.with(first, {
        ...event,
        lsns: event.lsns.map((lsn) => lsn + 1_000_000),
      });
      return { ...history, events };
    });
  });

  test("where it answers before its sync", () => {
    let convicted = 0;
    fc.assert(
      fc.property(workloads, settings, (workload, drawn) => {
        const rest = { mode: "sync", mistake: "answers early", kinds: ["power"] } as const;
        const { history, promise } = lived(workload, drawn, rest);
        const { verdict, violations } = judgeHistory(history, promise);
        convicted += verdict === "violated" ? 1 : 0;
        for (const { guarantee } of violations) expect(LOSSES).toContain(guarantee);
      }),
      { seed: 66, numRuns: 300 },
    );
    expect(convicted).toBeGreaterThan(50);
  });

  test("where it never answers", () => {
    let stalled = 0;
    fc.assert(
      fc.property(workloads, settings, (workload, drawn) => {
        const { history, promise } = lived(workload, drawn, { mistake: "forgets to answer" });
        const named = history.events.flatMap((event) =>
          event.kind === "stalled" ? [event.operations] : [],
        );
        stalled += named.length;
        const { violations, problem } = judgeHistory(history, promise);
        expect(problem).toBeUndefined();
        expect(violations.map(({ operations }) => operations)).toEqual(named);
        expect(violations.every(({ guarantee }) => guarantee === "everything-answered")).toBe(true);
      }),
      { seed: 67, numRuns: 500 },
    );
    expect(stalled).toBeGreaterThan(50);
  });
});

const LOSSES = ["nothing-lost", "loss-within-allowance", "no-hole", "batch-whole"];

function isLastOf(record: LogRecord, found: readonly (LogRecord | undefined)[]): boolean {
  return !found.some((one) => one?.life === record.life && precedes(record, one));
}

function isAnswerWithLsns(event: HistoryEvent, operation: number): boolean {
  return event.kind === "acknowledged" && event.operation === operation && event.lsns.length > 0;
}

test("more operations without an answer than there are callers prove nothing", () => {
  fc.assert(
    fc.property(workloads, settings, (workload, drawn) => {
      const { history, promise } = lived(workload, drawn);
      const most = Math.max(0, ...inFlight(history));
      fc.pre(most > 1);
      const fewer = { ...history, workload: { ...workload, concurrency: most - 1 } };
      const { verdict, problem } = judgeHistory(fewer, promise);
      expect(verdict).toBe("inconclusive");
      expect(problem).toContain("the writer broke the protocol");
    }),
    { seed: 68, numRuns: 300 },
  );
});

function inFlight({ events }: History): number[] {
  let now = 0;
  return events.map(({ kind }) => {
    now += kind === "invoked" ? 1 : kind === "acknowledged" || kind === "failed" ? -1 : 0;
    now = kind === "crash" ? 0 : now;
    return now;
  });
}
