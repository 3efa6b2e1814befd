// Tests of what a trace shows of acknowledgements: a whole copy of the record stood behind a sync, or none did.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ByteRange, DiskEvent, DiskTrace } from "../disk/disk-trace.ts";
import { emptyImage } from "../disk/image.ts";
import { sync } from "../guarantees/fixtures/hand-made-promise.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { payload, payloadText } from "../payload.ts";
import type { Operation, Workload } from "../workload.ts";
import { type AskedRecords, askedAsText } from "./asked-records.ts";
import { LogCatalogue } from "./log-catalogue.ts";
import { earlyAcknowledgements } from "./synced-before-acknowledged.ts";

const SEED = 5;

/** Events of a trace, one by one; starts are told by what they return. */
class Script {
  readonly events: DiskEvent[] = [];

  start(operation: Extract<DiskEvent, { kind: "start" }>["operation"]): number {
    return this.events.push({ kind: "start", operation }) - 1;
  }

  end(start: number, failed = false): this {
    const why = { code: "EIO", cache: "kept" } as const;
    this.events.push({ kind: "end", start, ...(failed ? { failed: why } : {}) });
    return this;
  }

  write(bytes: Uint8Array, offset = 0, inode = 3): this {
    return this.end(this.start({ kind: "write", inode, offset, bytes }));
  }

  sync(inode = 3, range?: ByteRange): this {
    return this.end(this.start({ kind: "fdatasync", inode, range }));
  }

  ack(operation: number): this {
    const happened = { kind: "acknowledged", life: 0, operation, lsns: [] } as const;
    this.events.push({ kind: "mark", happened });
    return this;
  }

  get trace(): DiskTrace {
    return { base: emptyImage("/s"), events: this.events };
  }
}

const append = (size: number): Operation => ({ kind: "append", size });
const bytesOf = (operation: number, size: number, item = 0): Uint8Array =>
  payload(SEED, { operation, item }, size);

/** The operations whose acknowledgement came too early. */
function early(
  script: Script,
  operations: readonly Operation[],
  promise: StorePromise = sync,
): readonly number[] {
  const workload: Workload = { seed: SEED, options: {}, lives: [operations] };
  const found = earlyAcknowledgements(script.trace, new LogCatalogue(workload, []), promise);
  return found.flatMap(({ violation }) => violation.operations);
}

const record = bytesOf(0, 40);

describe("an acknowledgement is early", () => {
  const mistakes: { readonly [name: string]: Script } = {
    "with no sync": new Script().write(record).ack(0),
    "before its sync": new Script().write(record).ack(0).sync(),
    "before its write": new Script().ack(0).write(record).sync(),
    "behind a sync of another file": new Script().write(record).sync(4).ack(0),
    "behind a sync of another range": new Script()
      .write(record, 4096)
      .sync(3, { offset: 0, length: 4096 })
      .ack(0),
    "where half of it was synced": new Script()
      .write(record.subarray(0, 20))
      .sync()
      .write(record.subarray(20), 20)
      .ack(0),
  };

  test.each(Object.entries(mistakes))("%s", (_, script) => {
    expect(early(script, [append(40)])).toEqual([0]);
  });

  test("behind a sync that began before the write had ended", () => {
    const script = new Script();
    const write = script.start({ kind: "write", inode: 3, offset: 0, bytes: record });
    const fsync = script.start({ kind: "fsync", inode: 3 });
    script.end(write).end(fsync).ack(0);
    expect(early(script, [append(40)])).toEqual([0]);
  });

  test("before its sync has ended", () => {
    const script = new Script().write(record);
    const fsync = script.start({ kind: "fsync", inode: 3 });
    script.ack(0).end(fsync);
    expect(early(script, [append(40)])).toEqual([0]);
  });

  test("behind a sync that failed, whatever sync comes next", () => {
    const script = new Script().write(record);
    script
      .end(script.start({ kind: "fsync", inode: 3 }), true)
      .sync()
      .ack(0);
    expect(early(script, [append(40)])).toEqual([0]);
    const late = new Script();
    const write = late.start({ kind: "write", inode: 3, offset: 0, bytes: record });
    late
      .end(late.start({ kind: "fsync", inode: 3 }), true)
      .end(write)
      .sync()
      .ack(0);
    expect(early(late, [append(40)])).toEqual([0]);
  });

  test("where one record of a batch was left out", () => {
    const script = new Script()
      .write(bytesOf(0, 40))
      .sync()
      .write(bytesOf(0, 40, 1), 40)
      .ack(0);
    expect(early(script, [{ kind: "batch", sizes: [40, 40] }])).toEqual([0]);
  });
});

describe("an acknowledgement is in time", () => {
  const sound: { readonly [name: string]: Script } = {
    "behind its sync": new Script().write(record).sync().ack(0),
    "among other bytes": new Script()
      .write(Buffer.from([0x31, ...record, 0x3a]))
      .sync()
      .ack(0),
    "through O_SYNC, part by part": new Script()
      .write(record.subarray(0, 5), 4091)
      .sync(3, { offset: 4091, length: 5 })
      .write(record.subarray(5), 4096)
      .sync(3, { offset: 4096, length: 35 })
      .ack(0),
    "where its end was written first": new Script()
      .write(record.subarray(20), 20)
      .write(record.subarray(0, 20))
      .sync()
      .ack(0),
    "where it was written again": new Script()
      .write(record)
      .sync()
      .write(new Uint8Array(40))
      .write(record, 0, 4)
      .ack(0),
    "where it was written again after a failed sync": (() => {
      const script = new Script().write(record);
      script.end(script.start({ kind: "fsync", inode: 3 }), true);
      return script.write(record).sync().ack(0);
    })(),
    "where the file never shows it": new Script().write(Buffer.from("packed")).ack(0),
  };

  test.each(Object.entries(sound))("%s", (_, script) => {
    expect(early(script, [append(40)])).toEqual([]);
  });

  test("where it is too short to name itself, or more may be lost", () => {
    const short = bytesOf(0, 3);
    expect(early(new Script().write(short).ack(0), [append(3)])).toEqual([]);
    const lossy = { ...sync, power: { records: 1 } };
    expect(early(new Script().write(record).ack(0), [append(40)], lossy)).toEqual([]);
    expect(early(new Script().ack(0), [{ kind: "sync" }])).toEqual([]);
  });
});

test("what a command was given as text is found as text, and not as bytes", () => {
  const text = Buffer.from(payloadText(record));
  const catalogue = new LogCatalogue({ seed: SEED, options: {}, lives: [[append(40)]] }, []);
  const late = (script: Script, asked: AskedRecords): number =>
    earlyAcknowledgements(script.trace, asked, sync).length;
  const line = new Script().write(text).ack(0).sync();
  expect(late(line, askedAsText(catalogue))).toBe(1);
  expect(late(line, catalogue)).toBe(0);
  expect(late(new Script().write(text).sync().ack(0), askedAsText(catalogue))).toBe(0);
  expect(late(new Script().write(record).ack(0).sync(), askedAsText(catalogue))).toBe(0);
});

test("records of any size are found, however their bytes were cut into writes", () => {
  const sizes = fc.array(fc.integer({ min: 4, max: 9000 }), { minLength: 1, maxLength: 5 });
  const cuts = fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, cuts, fc.nat({ max: 4 }), (all, lengths, unsynced) => {
      const log = Buffer.concat(all.map((size, operation) => bytesOf(operation, size)));
      const script = new Script();
      for (let at = 0, index = 0; at < log.length; index += 1) {
        const length = lengths[index % lengths.length] ?? 1;
        script.write(log.subarray(at, at + length), at);
        at += length;
      }
      const kept = all.slice(0, unsynced).reduce((sum, size) => sum + size, 0);
      const until = Math.floor(kept / 512) * 512;
      if (until > 0) script.sync(3, { offset: 0, length: until });
      for (const operation of all.keys()) script.ack(operation);
      let end = 0;
      const behind = all.flatMap((size, operation) => {
        end += size;
        return end > until ? [operation] : [];
      });
      expect(early(script, all.map(append))).toEqual(behind);
    }),
    { seed: 70, numRuns: 200 },
  );
});
