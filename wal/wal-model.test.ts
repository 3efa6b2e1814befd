// Random programs against a plain array: many lives, each ended by a close, a kill or a power cut.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ForgetfulDisk } from "./fixtures/forgetful-disk.ts";
import { type Ending, LogModel } from "./fixtures/log-model.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf } from "./fixtures/read-back.ts";
import { stopAfter, tapStorage, wasStopped } from "./fixtures/tapped-storage.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import type { WalOptions } from "./options.ts";
import { recover } from "./recover.ts";
import type { Storage } from "./storage.ts";
import type { Wal } from "./wal.ts";

type Operation =
  | { readonly kind: "append"; readonly size: number }
  | { readonly kind: "batch"; readonly sizes: readonly number[] }
  | { readonly kind: "checkpoint" | "flush" | "sync" | "truncate" };

interface Life {
  readonly operations: readonly Operation[];
  readonly ending: Ending;
  /** A life that does not close is stopped after so many calls of the disk, if it makes them. */
  readonly lastCall: number;
}

const sizes = fc.oneof(fc.nat(12), fc.constantFrom(38, 39, 40, 41, 48, 64, 72, 73, 200));

const operations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("append"), size: sizes }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("batch"),
      sizes: fc.array(sizes, { maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("checkpoint", "flush", "sync", "truncate") }),
  },
);

const lives: fc.Arbitrary<Life> = fc.record({
  operations: fc.array(operations, { maxLength: 25 }),
  ending: fc.constantFrom("close", "kill", "powerCut"),
  lastCall: fc.nat(120),
});

const someOptions: fc.Arbitrary<WalOptions> = fc
  .record({
    mode: fc.constantFrom("sync", "batch", "none", "flush"),
    batchSyncCount: fc.integer({ min: 1, max: 5 }),
    segmentBytes: fc.integer({ min: 128, max: 600 }),
    bufferBytes: fc.integer({ min: 64, max: 300 }),
    preallocate: fc.boolean(),
  })
  .map(({ batchSyncCount, ...options }) =>
    options.mode === "batch" ? { ...options, batchSyncCount } : options,
  );

/** One log through its lives. */
class Program {
  readonly #directory: string;
  readonly #options: WalOptions;
  readonly #disk: ForgetfulDisk;
  readonly #model = new LogModel();
  #records = 0;

  constructor(directory: string, options: WalOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#disk = new ForgetfulDisk(directory);
  }

  live(life: Life): void {
    const stop = life.ending === "close" ? Number.POSITIVE_INFINITY : life.lastCall;
    const tap = tapStorage(stopAfter(stop), this.#disk.storage);
    wasStopped(() => this.#run(life, tap.storage));
    tap.die();
    if (life.ending === "powerCut") {
      this.#disk.cutPower();
    }
    const recovery = recover(this.#directory, { storage: this.#disk.storage });
    const found = [...recovery];
    this.#model.recovered(found, life.ending);
    expect([...recover(this.#directory, { storage: this.#disk.storage })]).toEqual(found);
  }

  #run(life: Life, storage: Storage): void {
    const wal = openWal(this.#directory, this.#options, { storage });
    for (const operation of life.operations) {
      this.#do(wal, operation);
    }
    if (life.ending === "close") {
      wal.close();
    }
  }

  #do(wal: Wal, operation: Operation): void {
    switch (operation.kind) {
      case "append":
        this.#append(wal, operation.size);
        break;
      case "batch":
        this.#batch(wal, operation.sizes);
        break;
      case "checkpoint":
        this.#model.grow(wal.checkpoint());
        this.#model.barrier();
        break;
      case "sync":
        wal.sync();
        this.#model.barrier();
        break;
      case "flush":
        wal.flush();
        this.#model.written();
        break;
      case "truncate":
        this.#model.truncate(wal.lastCheckpoint ?? 0);
        wal.truncateBefore(wal.lastCheckpoint ?? 0);
        break;
    }
  }

  #append(wal: Wal, size: number): void {
    const text = this.#text(size);
    this.#model.begin([text]);
    this.#model.acknowledge([wal.append(bytesOf(text))]);
    const { mode, batchSyncCount } = this.#options;
    if (mode === "sync") {
      this.#model.barrier();
    } else if (mode === "batch") {
      this.#model.loses((batchSyncCount ?? 100) - 1);
    } else if (mode === "flush") {
      this.#model.written();
    }
  }

  #batch(wal: Wal, sizesOf: readonly number[]): void {
    const texts = sizesOf.map((size) => this.#text(size));
    this.#model.begin(texts);
    this.#model.acknowledge(wal.appendBatch(texts.map(bytesOf)));
    this.#model.barrier();
  }

  /** Texts tell records apart where they are long enough. */
  #text(size: number): string {
    this.#records += 1;
    return `${this.#records}.`.padEnd(size, "x").slice(0, size);
  }
}

test("every life finds what the lives before it had promised, and nothing else", () => {
  fc.assert(
    fc.property(someOptions, fc.array(lives, { minLength: 1, maxLength: 5 }), (options, all) => {
      inTempDirectory((directory) => {
        const program = new Program(directory, options);
        for (const life of all) {
          program.live(life);
        }
      });
    }),
    { numRuns: 150 },
  );
});

test("a million records: memory follows the buffer, not the log", () => {
  inTempDirectory((directory) => {
    const count = 1_000_000;
    let longest = 0;
    const tap = tapStorage(({ text }) => {
      longest = Math.max(longest, Number(/ (\d+)@/.exec(text)?.[1] ?? 0));
    }, quickDisk);
    const wal = openWal(directory, { mode: "none" }, { storage: tap.storage });
    const payload = bytesOf("0123456789");
    for (let done = 0; done < count; done += 1) {
      wal.append(payload);
    }
    wal.close();
    let found = 0;
    let last = 0;
    for (const record of recover(directory, { storage: tap.storage })) {
      found += 1;
      last = record.lsn;
    }
    expect([found, last]).toEqual([count, makeLsn(1, count)]);
    expect(longest).toBe(65_536);
    // 64 KiB a call, there and back, and what a segment costs.
    expect(tap.calls.length).toBeLessThan(2000);
  });
});
