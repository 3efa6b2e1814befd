// The words of --promise become a promise, and each wrong word is refused by its name.
import { describe, expect, it } from "vitest";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { parsePromise } from "./parse-promise.ts";
import { UsageError } from "./usage-error.ts";

describe("parsePromise", () => {
  it.each<[string, Partial<StorePromise>]>([
    ["kill=0", { kill: { records: 0 } }],
    [
      "kill=0, power=1000ms,io-error=since-barrier",
      { kill: { records: 0 }, power: { milliseconds: 1000 }, ioError: "since-barrier" },
    ],
    ["ordered,batches", { ordered: true, batchesAtomic: true }],
    ["unordered,torn-batches,lsns", { ordered: false, batchesAtomic: false, lsns: true }],
    ["barriers=none", { barriers: [] }],
    ["barriers=sync+batch", { barriers: ["sync", "batch"] }],
    ["limit=4096,profile=ext4", { recordLimitBytes: 4096, profile: "ext4" }],
    ["concurrency=1", { concurrency: 1 }],
    ["concurrency=256", { concurrency: 256 }],
    ["power=anything", { power: "anything" }],
    [
      "unsynced-recovery,kill-barriers=sync+close",
      { recoverySyncs: false, killBarriers: ["sync", "close"] },
    ],
    ["synced-recovery", { recoverySyncs: true }],
  ])("reads %s", (text, promise) => {
    expect(parsePromise(text)).toEqual(promise);
  });

  it.each<[string, string]>([
    ["", 'found "". It has: ordered'],
    ["kill", 'found "kill", expected kill= and a number of records'],
    ["kill=all", 'found "kill=all", expected kill= and a number of records'],
    ["kill=-1", 'found "kill=-1"'],
    ["power=1s", 'found "power=1s"'],
    ["kil=0", 'found "kil=0". Did you mean "kill"?'],
    ["order", 'Did you mean "ordered"?'],
    ["ordered=yes", "expected ordered without a value"],
    ["kill=0,kill=1", 'found "kill=1", though that was promised before'],
    ["ordered,unordered", "promised before"],
    ["barriers=fsync", "expected barriers= and append, batch"],
    ["kill-barriers=fsync", "expected kill-barriers= and append, batch"],
    ["unsynced-recovery=yes", "expected unsynced-recovery without a value"],
    ["power=all", "since-barrier, or anything"],
    ["concurrency=0", "expected concurrency= and a number of operations in flight from 1 to 256"],
    ["concurrency=257", "from 1 to 256"],
    ["concurrency=two", "from 1 to 256"],
    ["profile=xfs", "posix or ext4"],
    ["__proto__", "It has"],
  ])("refuses %s", (text, told) => {
    const refuse = (): unknown => parsePromise(text);
    expect(refuse).toThrow(UsageError);
    expect(refuse).toThrow(`--promise: `);
    expect(refuse).toThrow(told);
  });
});
