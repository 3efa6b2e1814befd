// The exploration where callers overlap, and where the trace itself shows an acknowledgement without its sync.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { DiskEvent } from "../disk/disk-trace.ts";
import { emptyImage } from "../disk/image.ts";
import { profiles } from "../disk/profile.ts";
import { appendPromise } from "../guarantees/fixtures/append-promise.ts";
import { simulateConcurrent } from "../guarantees/fixtures/concurrent-store.ts";
import { MODES, promiseOf, recordsOf } from "../guarantees/fixtures/simulated-store.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { StoragePort } from "../storage-port.ts";
import type { Subject } from "../subject.ts";
import type { Operation, Workload } from "../workload.ts";
import { workloadArbitrary } from "../workload-arbitraries.ts";
import { CrashMoments } from "./crash-moments.ts";
import { explore } from "./explore.ts";
import { FindingReader } from "./finding.ts";
import { LegalRuns } from "./legal-run.ts";
import { LogCatalogue } from "./log-catalogue.ts";
import { recordChain } from "./record-chain.ts";
import { earlyAcknowledgements } from "./synced-before-acknowledged.ts";

const workloads = workloadArbitrary({
  lives: { min: 1, max: 2 },
  operations: { min: 1, max: 16 },
  weights: { append: 8, batch: 2, checkpoint: 1, sync: 1, truncate: 1, reopen: 0 },
  options: fc.record({ count: fc.integer({ min: 1, max: 4 }) }),
  sizeEdges: () => [200],
  countEdges: () => [],
});

/** The same, with records that are long enough to name themselves. */
function named(operation: Operation): Operation {
  if (operation.kind === "append") return { ...operation, size: operation.size + 8 };
  if (operation.kind !== "batch") return operation;
  return { ...operation, sizes: operation.sizes.map((size) => size + 8) };
}

test("what is quickly called legal the full judge acquits, wherever callers are cut off", () => {
  const seen = { legal: 0, overlapping: 0 };
  fc.assert(
    fc.property(
      workloads,
      fc.constantFrom(...MODES),
      fc.nat({ max: 2 ** 32 - 1 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 4, maxLength: 12 }),
      (drawn, mode, seed, cuts) => {
        // One chain in four has records without a name.
        const lives = seed % 4 === 0 ? drawn.lives : drawn.lives.map((life) => life.map(named));
        const chain = { ...drawn, lives, concurrency: 3 };
        const count = Number(chain.options["count"]);
        const order = "of calls";
        const past = simulateConcurrent(chain, { mode, count, seed, order, kinds: ["kill"] });
        const events = past.events.map((happened): DiskEvent => ({ kind: "mark", happened }));
        const trace = { base: emptyImage("/s"), events };
        const promise = promiseOf(mode, count);
        const moments = new CrashMoments({
          workload: chain,
          prior: [],
          trace,
          fault: "power:posix",
        });
        const catalogue = new LogCatalogue(chain, past.events);
        const legal = new LegalRuns(moments, catalogue, promise);
        const reader = new FindingReader(catalogue, promise.lsns);
        for (const [at, from, length] of cuts) {
          const moment = moments.list[at % moments.list.length];
          if (moment === undefined) continue;
          const all = records(chain, catalogue);
          const first = from % 2 === 0 ? 0 : from % (all.length + 1);
          const found = all.slice(first, first + (length % (all.length + 1)));
          const finding = reader.of({ kind: "found", records: found });
          const quick = legal.at(moment)?.judge(finding);
          if (quick === undefined) continue;
          const life = moments.eventsThrough(moment).at(-1)?.life ?? 0;
          const after = [{ kind: "recovered", life, outcome: finding.outcome() }] as const;
          const judged = judgeHistory(moments.history(moment, after), promise);
          expect(judged).toMatchObject({ verdict: "held", violations: [] });
          seen.legal += 1;
          seen.overlapping += moment.point.during === "operation" ? 1 : 0;
        }
      },
    ),
    { seed: 80, numRuns: 400 },
  );
  expect(seen.legal).toBeGreaterThan(300);
  expect(seen.overlapping).toBeGreaterThan(100);
});

function records({ lives, seed }: Workload, catalogue: LogCatalogue) {
  return lives.flat().flatMap((operation, number) =>
    recordsOf(operation, number, seed).map(({ bytes }, item) => {
      const lsn = catalogue.lsn(catalogue.indexOf(number, item) ?? 0);
      return lsn === undefined ? { bytes } : { bytes, lsn };
    }),
  );
}

const during = (operation: number) => ({ during: "operation", operation, rotation: false });

test("a crash names the oldest operation in flight", () => {
  const life = 0;
  const happened: readonly HistoryEvent[] = [
    { kind: "open", life },
    { kind: "opened", life },
    { kind: "invoked", life, operation: 0 },
    { kind: "invoked", life, operation: 1 },
    { kind: "acknowledged", life, operation: 0, lsns: [] },
    { kind: "stalled", life, operations: [1] },
    { kind: "failed", life, operation: 1, code: "EIO", message: "no" },
  ];
  const events = happened.map((one): DiskEvent => ({ kind: "mark", happened: one }));
  const two = { seed: 1, options: {}, concurrency: 2, lives: [[]] };
  const trace = { base: emptyImage("/s"), events };
  const { list } = new CrashMoments({
    workload: two,
    prior: [],
    trace,
    fault: "power:posix",
  });
  expect(list.map(({ point }) => point)).toEqual([
    { during: "open" },
    { during: "idle" },
    during(0),
    during(0),
    during(1),
    during(1),
    { during: "idle" },
  ]);
  expect(list.map(({ refused }) => refused)).toEqual([...Array(5).fill(false), true, true]);
});

/** Payloads behind their lengths in one file; it may sync when the next append comes. */
function rawLog(late: boolean): Subject {
  return {
    open(directory, _options, { storage }) {
      const isNew = !storage.list(directory).includes("log");
      const file = storage.open(`${directory}/log`, isNew ? "create" : "write");
      if (isNew) storage.syncDirectory(directory);
      return {
        append(payload) {
          if (late) storage.syncData(file);
          const bytes = Buffer.concat([Uint8Array.of(payload.length), payload]);
          storage.write(file, bytes, storage.size(file));
          if (!late) storage.syncData(file);
          return undefined;
        },
        close() {
          storage.syncData(file);
          storage.close(file);
        },
      };
    },
    recover: (directory, _options, { storage }) => readLog(`${directory}/log`, directory, storage),
  };
}

function readLog(path: string, directory: string, storage: StoragePort) {
  if (!storage.list(directory).includes("log")) return [];
  const file = storage.open(path, "write");
  const bytes = new Uint8Array(storage.size(file));
  storage.read(file, bytes, 0);
  const found: { readonly payload: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; at += 1 + (bytes[at] ?? 0)) {
    const payload = bytes.slice(at + 1, at + 1 + (bytes[at] ?? 0));
    // What was never written reads as zeros.
    if (payload.every((byte) => byte === 0)) break;
    found.push({ payload });
  }
  storage.close(file);
  return found;
}

const workload: Workload = {
  seed: 5,
  options: {},
  lives: [Array.from({ length: 4 }, () => ({ kind: "append", size: 20 }))],
};

async function recorded(late: boolean) {
  const store = { subject: rawLog(late), options: { mode: "sync" } };
  const given = { store, workload, seed: 3, profile: profiles.posix };
  const plan = { lives: [{ ending: { kind: "power" } }] } as const;
  return { ...given, ...(await recordChain({ ...given, plan })) };
}

test("an acknowledgement without its sync is looked at first, whatever the budget", async () => {
  const recording = await recorded(true);
  const limits = { statesMax: 1, exhaustiveMax: 64, nestedMax: 0, nestedStatesMax: 0, depth: 0 };
  const { violation } = await explore({ ...recording, promise: appendPromise, limits });
  expect(violation?.violations.map(({ guarantee }) => guarantee)).toEqual([
    "nothing-lost",
    "synced-before-acknowledged",
  ]);
  expect(violation?.step.choice).toMatch(/^floor/);
  const mark = violation?.trace.events[violation.step.at];
  expect(mark).toMatchObject({ kind: "mark", happened: { kind: "acknowledged", operation: 0 } });
});

test("behind a sync each acknowledgement is in time", async () => {
  const catalogue = new LogCatalogue(workload, []);
  const { trace } = await recorded(false);
  expect(earlyAcknowledgements(trace, catalogue, appendPromise)).toEqual([]);
  const { trace: late } = await recorded(true);
  expect(earlyAcknowledgements(late, catalogue, appendPromise)).toHaveLength(4);
});
