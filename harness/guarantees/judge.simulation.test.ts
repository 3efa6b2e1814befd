// The judges against a right store, simulated: long chains of lives are never convicted, and every
// change of what was found that breaks a promise is.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountLives } from "../history/accounting.ts";
import type { FoundRecord, History, HistoryEvent } from "../history/history.ts";
import { stream } from "../seed.ts";
import { workloadArbitrary } from "../workload-arbitraries.ts";
import { MODES, promiseOf, recordsOf, simulate } from "./fixtures/simulated-store.ts";
import { judgeHistory } from "./judge.ts";

const workloads = workloadArbitrary({
  lives: { min: 1, max: 4 },
  operations: { min: 0, max: 40 },
  weights: { append: 6, batch: 2, checkpoint: 2, sync: 1, truncate: 1, reopen: 1 },
  options: fc.record({ count: fc.integer({ min: 1, max: 6 }) }),
  sizeEdges: () => [200],
  countEdges: ({ count }) => [Number(count)],
});

const chains = fc.record({
  workload: workloads,
  mode: fc.constantFrom(...MODES),
  seed: fc.nat({ max: 2 ** 32 - 1 }),
});

describe("a right store", () => {
  test("is never convicted, whatever the mode and wherever it is killed", () => {
    let atRisk = 0;
    fc.assert(
      fc.property(chains, ({ workload, mode, seed }) => {
        const history = simulate(workload, mode, seed);
        const promise = promiseOf(mode, Number(workload.options["count"]));
        const judgement = judgeHistory(history, promise);
        expect(judgement).toMatchObject({ verdict: "held", violations: [] });
        expect(judgement.problem).toBeUndefined();
        for (const life of accountLives(history, promise)) {
          expect(life.lostRecords).toBeLessThanOrEqual(life.atRiskRecords);
          expect(life.atRiskRecords).toBeLessThanOrEqual(life.allowedRecords ?? Infinity);
          atRisk += life.atRiskRecords;
        }
      }),
      { seed: 30, numRuns: 2000 },
    );
    expect(atRisk).toBeGreaterThan(1000);
  });

  test("is never convicted where kills and power cuts mix", () => {
    const lost = { acknowledged: 0 };
    fc.assert(
      fc.property(chains, ({ workload, mode, seed }) => {
        const history = simulate(workload, mode, seed, { kinds: ["kill", "power"] });
        const promise = promiseOf(mode, Number(workload.options["count"]));
        expect(judgeHistory(history, promise)).toMatchObject({ verdict: "held", violations: [] });
        for (const life of accountLives(history, promise)) {
          expect(life.lostRecords).toBeLessThanOrEqual(life.atRiskRecords);
          lost.acknowledged += mode === "flush" ? life.lostRecords : 0;
        }
      }),
      { seed: 33, numRuns: 2000 },
    );
    expect(lost.acknowledged).toBeGreaterThan(100);
  });

  test("keeps its promise for a power cut where the mode loses as much", () => {
    fc.assert(
      fc.property(chains, ({ workload, seed }) => {
        const { events } = simulate(workload, "none", seed);
        const cut = events.map((event) =>
          event.kind === "crash" ? { ...event, fault: "power" } : event,
        );
        const judged = judgeHistory({ workload, events: cut }, promiseOf("none", 1));
        expect(judged.verdict).toBe("held");
      }),
      { seed: 31, numRuns: 300 },
    );
  });
});

describe("a store that syncs nothing when it is opened", () => {
  const kinds = ["kill", "power"] as const;
  const circumstances = { kinds, recoverySyncs: false };

  test("is never convicted where it says so, whatever it may lose", () => {
    let convicted = 0;
    fc.assert(
      fc.property(chains, ({ workload, mode, seed }) => {
        const history = simulate(workload, mode, seed, circumstances);
        const strict = promiseOf(mode, Number(workload.options["count"]));
        const promise = { ...strict, recoverySyncs: false };
        const judged = judgeHistory(history, promise);
        expect(judged).toMatchObject({ verdict: "held", violations: [] });
        expect(judged.problem).toBeUndefined();
        for (const life of accountLives(history, promise)) {
          expect(life.lostRecords).toBeLessThanOrEqual(life.atRiskRecords);
          expect(life.atRiskRecords).toBeLessThanOrEqual(life.allowedRecords ?? Infinity);
        }
        convicted += judgeHistory(history, strict).verdict === "violated" ? 1 : 0;
      }),
      { seed: 34, numRuns: 1000 },
    );
    // The strict promise convicts it wherever a power cut reached back behind a recovery.
    expect(convicted).toBeGreaterThan(20);
  });

  test("is convicted by the strict promise where it only flushes, for what a recovery had found", () => {
    const guarantees = new Set<string>();
    fc.assert(
      fc.property(chains, ({ workload, seed }) => {
        const history = simulate(workload, "flush", seed, circumstances);
        for (const { guarantee } of judgeHistory(history, promiseOf("flush", 1)).violations) {
          guarantees.add(guarantee);
        }
      }),
      { seed: 35, numRuns: 500 },
    );
    expect([...guarantees]).toEqual(
      expect.arrayContaining(["nothing-lost", "nothing-returns", "loss-within-allowance"]),
    );
  });

  test("is never convicted by kills alone, by either promise", () => {
    fc.assert(
      fc.property(chains, ({ workload, mode, seed }) => {
        const history = simulate(workload, mode, seed, { recoverySyncs: false });
        const strict = promiseOf(mode, Number(workload.options["count"]));
        expect(judgeHistory(history, strict).verdict).toBe("held");
      }),
      { seed: 36, numRuns: 300 },
    );
  });
});

test("a right store that prints in any order is never convicted", () => {
  fc.assert(
    fc.property(chains, ({ workload, mode, seed }) => {
      const random = stream(seed, "print");
      const history = simulate(workload, mode, seed);
      const events = history.events.map((event): HistoryEvent => {
        if (event.kind !== "recovered" || event.outcome.kind !== "found") {
          return event;
        }
        const printed = event.outcome.records
          .map((record) => ({ record, key: random.nextUint32() }))
          .sort((one, other) => one.key - other.key);
        return {
          ...event,
          outcome: { kind: "found", records: printed.map(({ record }) => record) },
        };
      });
      const promise = { ...promiseOf(mode, Number(workload.options["count"])), ordered: false };
      // Nothing but its LSN tells nameless records apart without an order.
      const judged = judgeHistory({ workload, events }, { ...promise, lsns: false });
      expect(judged).toMatchObject({ verdict: "held", violations: [] });
    }),
    { seed: 32, numRuns: 500 },
  );
});

/** Replaces what the last two recoveries found, so that only its content can be wrong. */
function withFound(
  history: History,
  change: (records: readonly FoundRecord[]) => readonly FoundRecord[],
): History {
  const events = history.events.map((event, index): HistoryEvent => {
    const late = index >= history.events.length - 2;
    return late && event.kind === "recovered" && event.outcome.kind === "found"
      ? { ...event, outcome: { kind: "found", records: change(event.outcome.records) } }
      : event;
  });
  return { ...history, events };
}

/** Whether a value is long enough to carry its whole tag. */
const isNamed = ({ bytes }: FoundRecord): boolean =>
  Buffer.from(bytes, "base64").includes(":".charCodeAt(0));

/** A change of the found list at a drawn place; undefined where there is nothing to change. */
type Break = (records: readonly FoundRecord[], at: number) => readonly FoundRecord[] | undefined;

const breaks: { readonly [name: string]: Break } = {
  // The last one may be at risk, and the first truncated: one between two others is a hole.
  drop: (records, at) => (at > 0 && at < records.length - 1 ? records.toSpliced(at, 1) : undefined),
  double: (records, at) => records.toSpliced(at, 0, ...records.slice(at, at + 1)),
  swap: (records, at) => {
    const [here, next] = records.slice(at, at + 2);
    return here === undefined || next === undefined || here.bytes === next.bytes
      ? undefined
      : records.with(at, next).with(at + 1, here);
  },
  alter: (records, at) => {
    const record = records[at];
    const bytes = Buffer.from(record?.bytes ?? "", "base64");
    const last = bytes.at(-1);
    if (record === undefined || last === undefined || !isNamed(record)) {
      return undefined;
    }
    bytes[bytes.length - 1] = last ^ 0x80;
    return records.with(at, { ...record, bytes: bytes.toString("base64") });
  },
  cut: (records, at) => {
    const record = records[at];
    const bytes = Buffer.from(record?.bytes ?? "", "base64");
    return record === undefined || !isNamed(record)
      ? undefined
      : records.with(at, { ...record, bytes: bytes.subarray(0, -1).toString("base64") });
  },
  invent: (records, at) => records.toSpliced(at, 0, { bytes: "AAAA", lsn: 1 }),
  "wrong LSN": (records, at) => {
    const next = records[at + 1];
    return next === undefined
      ? undefined
      : records.with(at, { ...next, bytes: records[at]?.bytes ?? "" });
  },
  "all lost": (_, at) => (at > 0 ? [] : undefined),
};

const BROKEN_STORES = Object.entries(breaks).flatMap(([name, change]) =>
  [true, false].map((recoverySyncs) => ({ name, change, recoverySyncs })),
);

describe("a broken store", () => {
  test.each(BROKEN_STORES)("is convicted: $name, recovery syncs: $recoverySyncs", (one) => {
    const { name, change, recoverySyncs } = one;
    let changes = 0;
    fc.assert(
      fc.property(chains, fc.nat(), ({ workload, seed }, draw) => {
        // Without truncation and in sync mode, whatever is found has to be.
        const lives = workload.lives.map((operations) =>
          operations.filter(({ kind }) => kind !== "truncate"),
        );
        const kinds = recoverySyncs ? (["kill"] as const) : (["kill", "power"] as const);
        const history = simulate({ ...workload, lives }, "sync", seed, { kinds, recoverySyncs });
        let changed = false;
        const broken = withFound(history, (records) => {
          const other = records.length === 0 ? undefined : change(records, draw % records.length);
          changed ||= other !== undefined;
          return other ?? records;
        });
        fc.pre(changed);
        changes += 1;
        const { verdict } = judgeHistory(broken, { ...promiseOf("sync", 1), recoverySyncs });
        expect(verdict, name).toBe("violated");
      }),
      { seed: 40, numRuns: 300 },
    );
    expect(changes).toBeGreaterThan(100);
  });

  test("is convicted when an old record comes back", () => {
    let resurrected = 0;
    fc.assert(
      fc.property(chains, ({ workload, seed }) => {
        const history = simulate(workload, "none", seed);
        const gone = lostRecord(history);
        fc.pre(gone !== undefined && isNamed(gone));
        resurrected += 1;
        const broken = withFound(history, (records) => [
          ...records,
          ...(gone === undefined ? [] : [gone]),
        ]);
        const { violations } = judgeHistory(broken, promiseOf("none", 1));
        expect(violations.map(({ guarantee }) => guarantee)).toContain("nothing-returns");
      }),
      { seed: 41, numRuns: 200 },
    );
    expect(resurrected).toBeGreaterThan(50);
  });
});

/** An acknowledged record of an earlier life that its recovery had reported missing. */
function lostRecord(history: History): FoundRecord | undefined {
  const operations = history.workload.lives.flat();
  const asked = new Set<string>();
  let lost: FoundRecord | undefined;
  for (const event of history.events.slice(0, -2)) {
    if (event.kind === "acknowledged") {
      const operation = operations[event.operation];
      const records = operation ? recordsOf(operation, event.operation, history.workload.seed) : [];
      for (const { bytes } of records) {
        asked.add(bytes);
      }
    }
    if (event.kind === "recovered" && event.outcome.kind === "found") {
      const found = new Set(event.outcome.records.map(({ bytes }) => bytes));
      const missing = [...asked].filter((bytes) => !found.has(bytes));
      lost = missing.length > 0 ? { bytes: missing.at(-1) ?? "", lsn: 0 } : lost;
    }
  }
  return lost;
}
