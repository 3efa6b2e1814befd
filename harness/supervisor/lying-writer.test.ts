// The lies of the convicting twin: each one breaks the promise, and none is told where none can.
import { describe, expect, it } from "vitest";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { stream } from "../seed.ts";
import type { Operation } from "../workload.ts";
import { drawLie } from "./lying-writer.ts";

const APPEND: Operation = { kind: "append", size: 8 };
const SYNC: Operation = { kind: "sync" };
const EVERY: StorePromise["barriers"] = ["batch", "checkpoint", "sync", "close"];

function promise(kill: StorePromise["kill"], barriers = EVERY): StorePromise {
  return { kill, power: kill, barriers, batchesAtomic: true, ordered: true, lsns: true };
}

/** Every lie that can be drawn, as `life:from-through`. */
function lies(lives: readonly (readonly Operation[])[], promised: StorePromise): readonly string[] {
  const drawn = Array.from({ length: 200 }, (_, seed) => {
    const lie = drawLie({ seed: 1, options: {}, lives }, promised, stream(seed, "lie"));
    return lie === undefined ? "none" : `${lie.life}:${lie.from}-${lie.through}`;
  });
  return [...new Set(drawn)].sort();
}

describe("drawLie", () => {
  it("takes any append where nothing may be lost", () => {
    expect(lies([[APPEND, SYNC, APPEND]], promise({ records: 0 }))).toEqual(["0:0-0", "0:2-2"]);
  });

  it("takes one append more than may be lost", () => {
    const five = [APPEND, APPEND, APPEND, APPEND, APPEND];
    expect(lies([five], promise({ records: 2 }))).toEqual(["0:0-2"]);
    expect(lies([five], promise({ records: 5 }))).toEqual(["none"]);
  });

  it("takes a barrier with records before it, or a batch with records in it", () => {
    const operations: Operation[] = [SYNC, APPEND, APPEND, SYNC, { kind: "batch", sizes: [4] }];
    expect(lies([operations], promise("since-barrier"))).toEqual(["0:1-3", "0:4-4"]);
    const empty: Operation[] = [SYNC, { kind: "batch", sizes: [] }, { kind: "checkpoint" }];
    expect(lies([empty], promise("since-barrier"))).toEqual(["none"]);
  });

  it("takes no operation that the promise does not name as a barrier", () => {
    const operations: Operation[] = [APPEND, SYNC, { kind: "batch", sizes: [4] }];
    expect(lies([operations], promise("since-barrier", []))).toEqual(["none"]);
  });

  it("pretends no reopen and no truncation, nor anything across one", () => {
    const operations: Operation[] = [
      APPEND,
      { kind: "reopen" },
      SYNC,
      APPEND,
      { kind: "truncate" },
      SYNC,
    ];
    expect(lies([operations], promise("since-barrier"))).toEqual(["none"]);
  });

  it("numbers operations through all lives, and lies in the first life that allows it", () => {
    expect(
      lies(
        [
          [SYNC, SYNC],
          [APPEND, SYNC],
        ],
        promise("since-barrier"),
      ),
    ).toEqual(["1:2-3"]);
  });
});
