// A recorded life with operations in flight: the same seed, the same trace; what never comes is told.
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DiskEvent } from "../disk/disk-trace.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import { eventOrderBreach } from "../history/event-order.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Json, Subject } from "../subject.ts";
import { loadSubject } from "../supervisor/subject-loader.ts";
import type { Operation, Workload } from "../workload.ts";
import type { LifeEnding } from "./chain-plan.ts";
import { recordLife } from "./recorded-life.ts";
import { STORE_DIRECTORY, timeOf } from "./recorded-store.ts";

const MODULE = fileURLToPath(
  new URL("../supervisor/fixtures/overlapping-store.mjs", import.meta.url),
);
const overlapping = await loadSubject({ module: MODULE, export: "overlappingStore" }, {});
const APPEND: Operation = { kind: "append", size: 30 };
const SYNC: Operation = { kind: "sync" };
const REOPEN: Operation = { kind: "reopen" };

interface Given {
  readonly operations: readonly Operation[];
  readonly concurrency: number;
  readonly seed: number;
  readonly ending?: LifeEnding;
  readonly subject?: Subject;
  readonly behaviour?: { readonly [option: string]: Json };
}

/** One life: its trace, also as text, and what happened in it. */
interface Lived {
  readonly traced: readonly DiskEvent[];
  readonly trace: string;
  readonly events: readonly HistoryEvent[];
}

async function lived(given: Given): Promise<Lived> {
  const {
    operations,
    concurrency,
    seed,
    ending = { kind: "close" },
    subject = overlapping,
  } = given;
  const time = timeOf(seed);
  const disk = new RecordingDisk({ directory: STORE_DIRECTORY, scheduler: time.scheduler });
  const workload: Workload = { seed: 5, options: {}, lives: [operations], concurrency };
  const store = { subject, options: { mode: "sync", ...given.behaviour } };
  await recordLife({ store, disk, workload, life: 0, ending, time });
  const { events: traced } = disk.trace;
  const events = traced.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
  expect(eventOrderBreach({ workload, events })).toBeUndefined();
  return { traced, trace: JSON.stringify(traced), events };
}

const told = (events: readonly HistoryEvent[]): readonly string[] =>
  events.map((event) => ("operation" in event ? `${event.kind} ${event.operation}` : event.kind));

const appends = (count: number): readonly Operation[] =>
  Array.from({ length: count }, () => APPEND);

/** Operations asked and not answered, at most. */
function mostInFlight(events: readonly HistoryEvent[]): number {
  let inFlight = 0;
  let most = 0;
  for (const { kind } of events) {
    if (kind === "invoked") inFlight += 1;
    if (kind === "acknowledged" || kind === "failed") inFlight -= 1;
    most = Math.max(most, inFlight);
  }
  return most;
}

/** Writes that began between the start and the end of a sync. */
function writesInSyncs(traced: readonly DiskEvent[]): number {
  const syncs = new Set<number>();
  let writes = 0;
  for (const [index, event] of traced.entries()) {
    if (event.kind === "end") syncs.delete(event.start);
    if (event.kind !== "start") continue;
    if (event.operation.kind === "fdatasync") syncs.add(index);
    if (event.operation.kind === "write" && syncs.size > 0) writes += 1;
  }
  return writes;
}

describe("operations in flight", () => {
  test("the same seed gives the same trace byte for byte, and seeds differ", async () => {
    const traces = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) {
      const given = { operations: appends(6), concurrency: 3, seed };
      const { trace } = await lived(given);
      expect((await lived(given)).trace).toBe(trace);
      traces.add(trace);
    }
    expect(traces.size).toBeGreaterThan(35);
  });

  test("they fill their slots, are answered out of order, and writes fall into others' syncs", async () => {
    let overtaken = 0;
    let overlapped = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const { events, traced } = await lived({ operations: appends(12), concurrency: 4, seed });
      expect(mostInFlight(events)).toBe(4);
      const answers = events.flatMap((event) =>
        event.kind === "acknowledged" ? [event.operation] : [],
      );
      if (answers.some((operation, place) => operation !== place)) overtaken += 1;
      if (writesInSyncs(traced) > 0) overlapped += 1;
    }
    expect(overtaken).toBeGreaterThan(10);
    expect(overlapped).toBeGreaterThan(10);
  });

  test("every life is one that the judges accept, wherever it is killed", async () => {
    const operations = fc.array(fc.constantFrom(APPEND, APPEND, APPEND, SYNC, REOPEN), {
      maxLength: 14,
    });
    const edge = fc.constantFrom("before" as const, "after" as const);
    const endings = fc.oneof(
      fc.constantFrom<LifeEnding>({ kind: "close" }, { kind: "idle" }, { kind: "power" }),
      fc.record({ kind: fc.constant("call" as const), n: fc.integer({ min: 1, max: 40 }), edge }),
    );
    const callers = fc.integer({ min: 1, max: 5 });
    const behaviours = fc.constantFrom({}, { behaviour: "fails", after: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          operations,
          concurrency: callers,
          seed: fc.nat(),
          ending: endings,
          behaviour: behaviours,
        }),
        async (given) => {
          const { events } = await lived(given);
          expect(mostInFlight(events)).toBeLessThanOrEqual(given.concurrency);
          expect(events.some(({ kind }) => kind === "stalled")).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a kill at a call ends all that are in flight, and names the oldest", async () => {
    let several = 0;
    for (let n = 1; n <= 30; n += 1) {
      const ending = { kind: "call", n, edge: "before" } as const;
      const { events } = await lived({ operations: appends(8), concurrency: 4, seed: n, ending });
      const crash = events.at(-1);
      if (crash?.kind !== "crash" || crash.point.during !== "operation") continue;
      const answered = events.flatMap((one) =>
        one.kind === "acknowledged" ? [one.operation] : [],
      );
      const asked = events.filter(({ kind }) => kind === "invoked").length;
      const open = Array.from({ length: asked }, (_, place) => place).filter(
        (operation) => !answered.includes(operation),
      );
      expect(crash.point.operation).toBe(open[0]);
      if (open.length > 1) several += 1;
    }
    expect(several).toBeGreaterThan(5);
  });
});

/** By a timer of the machine. */
const slow = (): Promise<undefined> => sleep(1_200, undefined);

describe("a store that never answers", () => {
  test("has stalled, with the operations named, and is killed there", async () => {
    const behaviour = { behaviour: "never-answers", after: 2 };
    const operations = appends(9);
    const { events } = await lived({ operations, concurrency: 3, seed: 8, behaviour });
    expect(events.slice(-2)).toEqual([
      { kind: "stalled", life: 0, operations: [2, 3, 4] },
      {
        kind: "crash",
        life: 0,
        fault: "kill",
        point: { during: "operation", operation: 2, rotation: false },
      },
    ]);
    const alone = await lived({ operations, concurrency: 1, seed: 8, behaviour });
    expect(alone.events.at(-2)).toMatchObject({ kind: "stalled", operations: [2] });
    const cut = { kind: "power" } as const;
    const power = await lived({ operations, concurrency: 1, seed: 8, behaviour, ending: cut });
    expect(power.events.at(-1)).toMatchObject({ kind: "stalled", operations: [2] });
  });

  test("has stalled in a reopen or a close that never ends", async () => {
    const subject: Subject = {
      ...overlapping,
      open: () => ({ append: () => undefined, close: () => new Promise(() => undefined) }),
    };
    const reopened = await lived({
      operations: [APPEND, REOPEN],
      concurrency: 2,
      seed: 1,
      subject,
    });
    expect(reopened.events.at(-2)).toMatchObject({ kind: "stalled", operations: [1] });
    const closed = await lived({ operations: [APPEND], concurrency: 2, seed: 1, subject });
    expect(told(closed.events).slice(-2)).toEqual(["stalled", "crash"]);
    expect(closed.events.at(-2)).toMatchObject({ operations: [] });
  });

  test("has not where it waits for the machine, and answers", async () => {
    const subject: Subject = {
      ...overlapping,
      open: () => ({ append: slow, close: () => undefined }),
    };
    const { events } = await lived({ operations: appends(2), concurrency: 2, seed: 1, subject });
    expect(told(events).at(-1)).toBe("closed");
  });
});

test("a reopen that fails ends the life: no store is left", async () => {
  const behaviour = { behaviour: "fails-to-close" };
  const operations = [APPEND, REOPEN, APPEND];
  const { events } = await lived({ operations, concurrency: 2, seed: 4, behaviour });
  expect(told(events).slice(-3)).toEqual(["invoked 1", "failed 1", "crash"]);
});
