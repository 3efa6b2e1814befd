// Random callers, options and interleavings of calls, syncs, delays, failures and power cuts.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ForgetfulDisk } from "./fixtures/forgetful-disk.ts";
import { HeldCalls, turn } from "./fixtures/held-calls.ts";
import { bytesOf, type ReadBack, readBack } from "./fixtures/read-back.ts";
import { diskError, tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectoryLater } from "./fixtures/temp-directory.ts";
import type { GroupWal } from "./group-wal.ts";
import { openWal } from "./open-wal.ts";
import type { GroupOptions } from "./options.ts";
import { WalError } from "./wal-error.ts";

type Call =
  | { readonly kind: "append"; readonly size: number }
  | { readonly kind: "batch"; readonly sizes: readonly number[] }
  | { readonly kind: "checkpoint" | "sync" };

interface Run {
  readonly options: GroupOptions;
  readonly calls: readonly Call[];
  /** Which of the moves that are possible is made next, again and again. */
  readonly moves: readonly number[];
  /** The sync that fails, from 0. */
  readonly failing: number | undefined;
  /** The power fails after so many moves; or later, when all is done. */
  readonly lastMove: number;
}

const sizes = fc.oneof(fc.nat(12), fc.constantFrom(38, 40, 72, 73, 200, 700));

const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("append"), size: sizes }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("batch"), sizes: fc.array(sizes, { maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("checkpoint", "sync") }) },
);

const someDelays = fc.oneof(
  fc.constant({}),
  fc.record({
    commitDelayMicros: fc.integer({ min: 1, max: 50 }),
    commitSiblings: fc.nat(3),
  }),
  fc.record({ syncDelayMicros: fc.nat(25), syncNoDelayCount: fc.nat(5) }),
);

const someOptions: fc.Arbitrary<GroupOptions> = fc
  .record({
    segmentBytes: fc.integer({ min: 128, max: 900 }),
    bufferBytes: fc.integer({ min: 64, max: 300 }),
    waitingBytesMax: fc.oneof(fc.constant(2 ** 20), fc.integer({ min: 1, max: 500 })),
    preallocate: fc.boolean(),
  })
  .chain((options) => someDelays.map((delay) => ({ mode: "group", ...options, ...delay })));

const runs: fc.Arbitrary<Run> = fc.record({
  options: someOptions,
  calls: fc.array(calls, { maxLength: 30 }),
  moves: fc.array(fc.nat(5), { minLength: 1, maxLength: 60 }),
  failing: fc.option(fc.nat(6), { nil: undefined }),
  lastMove: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(80)),
});

/** A call that was made. */
interface MadeCall {
  readonly texts: readonly string[];
  /** LSNs when it was acknowledged; a call that `failed` may have written its records. */
  state: "waits" | "refused" | "failed" | readonly number[];
}

/** One life of a log, of which each step is chosen by the run. */
class Life {
  readonly made: MadeCall[] = [];
  readonly syncs: HeldCalls;
  readonly delays: HeldCalls;
  readonly #run: Run;
  readonly #wal: GroupWal;
  #records = 0;

  constructor(
    run: Run,
    log: { readonly wal: GroupWal; readonly syncs: HeldCalls; readonly delays: HeldCalls },
  ) {
    this.#run = run;
    this.#wal = log.wal;
    this.syncs = log.syncs;
    this.delays = log.delays;
  }

  /** Goes on until nothing is left to do, or the power fails. */
  async live(): Promise<void> {
    const pending = [...this.#run.calls];
    for (let made = 0; made < this.#run.lastMove; made += 1) {
      const choice = this.#run.moves[made % this.#run.moves.length] ?? 0;
      // Sometimes several calls are made within one turn.
      if (choice % 2 === 0 || pending.length === 0) {
        await turn();
      }
      expect(this.syncs.count + this.delays.count).toBeLessThanOrEqual(1);
      const moves = this.#movesFrom(pending);
      if (moves.length === 0) {
        return;
      }
      moves[choice % moves.length]?.();
    }
  }

  /** What may happen next. */
  #movesFrom(pending: Call[]): (() => void)[] {
    const moves: (() => void)[] = [];
    const [call] = pending;
    if (call !== undefined) {
      const next = (): void => {
        pending.shift();
        this.#make(call);
      };
      // Calls are likelier than the ends of syncs, so that groups form.
      moves.push(next, next, next);
    }
    if (this.syncs.count > 0) {
      moves.push(() => this.#endSync());
    }
    if (this.delays.count > 0) {
      moves.push(() => void this.delays.release());
    }
    return moves;
  }

  async close(): Promise<string> {
    const closed = this.#wal.close().then(
      () => "closed",
      (error: unknown) => (error instanceof WalError ? error.code : "unknown"),
    );
    return await closed;
  }

  #endSync(): void {
    const isFailing = this.#run.failing === this.syncs.seen.length - 1;
    this.syncs.release(isFailing ? diskError("EIO") : undefined);
  }

  #make(call: Call): void {
    switch (call.kind) {
      case "append": {
        const text = this.#text(call.size);
        this.#watch([text], this.#wal.append(bytesOf(text)));
        break;
      }
      case "batch": {
        const texts = call.sizes.map((size) => this.#text(size));
        this.#watch(texts, this.#wal.appendBatch(texts.map(bytesOf)));
        break;
      }
      case "checkpoint":
        this.#watch([], this.#wal.checkpoint());
        break;
      case "sync":
        this.#watch([], this.#wal.sync());
        break;
    }
  }

  #watch(texts: readonly string[], answer: Promise<unknown>): void {
    const made: MadeCall = { texts, state: "waits" };
    this.made.push(made);
    void answer.then(lsnsOf, refusal).then((state) => (made.state = state));
  }

  #text(size: number): string {
    this.#records += 1;
    return `${this.#records}.`.padEnd(size, "x");
  }
}

/** The LSNs that a call gave; none where it gives none. */
function lsnsOf(value: unknown): readonly number[] {
  return [value].flat().flatMap((lsn) => (typeof lsn === "number" ? [lsn] : []));
}

function refusal(error: unknown): "refused" | "failed" {
  return error instanceof WalError && error.code === "overloaded" ? "refused" : "failed";
}

/** Holds what recovery found against the calls and their answers. */
function judge(made: readonly MadeCall[], found: ReadBack): void {
  const lsns = made.flatMap(({ state }) => (typeof state === "string" ? [] : state));
  expect(lsns).toEqual([...lsns].sort((one, other) => one - other));
  expect(new Set(lsns).size).toBe(lsns.length);
  const written = made.filter(({ state }) => state !== "refused");
  const last = written.findLastIndex(({ state }) => typeof state !== "string");
  const legal: string[] = [];
  for (let count = last + 1; count <= written.length; count += 1) {
    legal.push(
      written
        .slice(0, count)
        .flatMap(({ texts }) => texts)
        .join(),
    );
  }
  expect(legal).toContain(found.texts.join());
  for (const { texts, state } of written) {
    if (typeof state !== "string" && texts.length > 0) {
      expect(found.lsns.slice(found.texts.indexOf(texts[0] ?? ""))).toEqual(
        expect.arrayContaining([...state]),
      );
    }
  }
}

/** Calls answered in another order than they were made. */
function overtakers(made: readonly MadeCall[]): number {
  const firstWaiting = made.findIndex(({ state }) => state === "waits");
  return firstWaiting === -1
    ? 0
    : made.slice(firstWaiting).filter(({ state }) => Array.isArray(state)).length;
}

test("acknowledged is durable, in the order of the calls, whatever overlaps", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      await inTempDirectoryLater(async (directory) => {
        const syncs = new HeldCalls();
        const delays = new HeldCalls();
        const disk = new ForgetfulDisk(directory, async () => await syncs.hold("sync"));
        const tap = tapStorage(undefined, disk.storage);
        const timer = { after: async () => await delays.hold("delay") };
        const wal = openWal(directory, run.options, { storage: tap.storage, timer });
        const life = new Life(run, { wal, syncs, delays });
        await life.live();
        await turn();
        const isOver = run.lastMove === Number.POSITIVE_INFINITY;
        const isPoisoned = life.made.some(({ state }) => state === "failed");
        expect(overtakers(life.made)).toBe(0);
        if (isOver) {
          expect(life.made.filter(({ state }) => state === "waits")).toEqual([]);
          expect(await life.close()).toBe(isPoisoned ? "poisoned" : "closed");
        }
        const adding = life.made.filter(({ texts }) => texts.length > 0).length;
        const marks = run.calls.filter(({ kind }) => kind === "checkpoint").length;
        expect(life.syncs.seen.length).toBeLessThanOrEqual(adding + marks);
        tap.die();
        disk.cutPower();
        judge(life.made, readBack(directory, disk.storage));
      });
    }),
    { numRuns: 300 },
  );
});
