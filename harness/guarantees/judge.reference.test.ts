// The judges against a second opinion: every outcome that a promise allows, listed one by one.
//
// The reference keeps the set of all logs that a right store could hold, as lists of records. A
// recovery is legal where its bytes are those of one of them. It shares no code with the oracle.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type FoundText, HandMadeHistory } from "../history/fixtures/hand-made-history.ts";
import { payload } from "../payload.ts";
import type { Operation } from "../workload.ts";
import type { StorePromise } from "./guarantee.ts";
import { judgeHistory } from "./judge.ts";

interface Item {
  readonly operation: number;
  readonly item: number;
  readonly bytes: string;
  readonly outcome: "acknowledged" | "failed" | "unanswered";
}

/** One life as drawn: how far it came, what failed, how it ended, and what followed. */
interface Life {
  readonly operations: readonly Operation[];
  readonly asked: number;
  readonly answered: boolean;
  readonly failed: readonly number[];
  readonly closes: boolean;
  readonly killedOpen: boolean;
  readonly report: boolean;
  /** Chooses among the legal outcomes. */
  readonly choice: number;
}

/** How a found list is changed before it is judged; `kind` "none" leaves it. */
interface Change {
  readonly kind: "none" | "drop" | "double" | "swap" | "insert" | "invent" | "empty";
  readonly at: number;
  readonly other: number;
}

const size = fc.constantFrom(0, 0, 1, 12, 12, 12);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: size.map((bytes) => ({ kind: "append", size: bytes }) as const) },
  {
    weight: 2,
    arbitrary: fc.array(size, { maxLength: 3 }).map((sizes) => ({ kind: "batch", sizes }) as const),
  },
  fc.constantFrom<Operation>(
    { kind: "checkpoint" },
    { kind: "sync" },
    { kind: "truncate" },
    { kind: "reopen" },
  ),
);
const life: fc.Arbitrary<Life> = fc.record({
  operations: fc.array(operation, { maxLength: 6 }),
  asked: fc.nat({ max: 6 }),
  answered: fc.boolean(),
  failed: fc.oneof(fc.constant([]), fc.array(fc.nat({ max: 5 }), { maxLength: 2 })),
  closes: fc.boolean(),
  killedOpen: fc.boolean(),
  report: fc.boolean(),
  choice: fc.nat(),
});
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("none", "drop", "drop", "double", "swap", "insert", "invent", "empty"),
  at: fc.nat(),
  other: fc.nat(),
});
const promise: fc.Arbitrary<StorePromise> = fc
  .record({
    allowance: fc.oneof(
      fc.constant("since-barrier" as const),
      fc.record({ records: fc.nat({ max: 3 }) }),
    ),
    barriers: fc.subarray(["append", "batch", "checkpoint", "sync", "close"] as const),
    batchesAtomic: fc.boolean(),
  })
  .map(({ allowance, ...rest }) => ({
    ...rest,
    kill: allowance,
    power: allowance,
    ordered: true,
    lsns: false,
  }));

/** Every log that may be left of a life's records. */
function leftOvers(items: readonly Item[], settled: number, rules: StorePromise): Item[][] {
  const logs: Item[][] = [];
  for (let cut = 0; cut <= items.length; cut += 1) {
    const lost = items.slice(cut).filter((item) => item.outcome === "acknowledged");
    const splits = cut > 0 && items[cut - 1]?.operation === items[cut]?.operation;
    const allowed = rules.kill === "since-barrier" ? Infinity : rules.kill.records;
    const tooMuch = lost.length > allowed || lost.some((item) => items.indexOf(item) < settled);
    if (!tooMuch && !(splits && rules.batchesAtomic)) {
      logs.push(...withoutFailed(items.slice(0, cut), rules.batchesAtomic));
    }
  }
  return logs;
}

/** Failed records may each be absent; a failed batch only as a whole where it is atomic. */
function withoutFailed(items: readonly Item[], atomic: boolean): Item[][] {
  const [first] = items;
  if (first === undefined) {
    return [[]];
  }
  const whole = atomic ? items.filter((item) => item.operation === first.operation) : [first];
  const rest = withoutFailed(items.slice(whole.length), atomic);
  const kept = rest.map((log) => [...whole, ...log]);
  return first.outcome === "failed" ? [...kept, ...rest] : kept;
}

/** Every log that a truncation may make of these: a beginning below the checkpoint is dropped. */
function truncations(logs: readonly Item[][], below: number): Item[][] {
  return logs.flatMap((log) => {
    const reach = log.filter((item) => item.operation < below).length;
    return Array.from({ length: reach + 1 }, (_, dropped) => log.slice(dropped));
  });
}

const textOf = (log: readonly { readonly bytes: string }[]): string =>
  log.map(({ bytes }) => bytes).join(" ");

/** Logs of the same records are one. */
function distinct(logs: readonly Item[][]): Item[][] {
  const key = (log: readonly Item[]): string =>
    log.map(({ operation: number, item }) => `${number}.${item}`).join(" ");
  return [...new Map(logs.map((log) => [key(log), log])).values()];
}

function changed(found: readonly Item[], all: readonly Item[], how: Change): FoundText[] {
  const list: FoundText[] = found.map(({ bytes }) => ({ bytes }));
  const at = how.at % Math.max(1, list.length);
  const other = how.other % Math.max(1, list.length);
  const extra = all[how.other % Math.max(1, all.length)];
  const [here, there] = [list[at], list[other]];
  switch (how.kind) {
    case "none":
      return list;
    case "drop":
      return list.toSpliced(at, 1);
    case "double":
      return here === undefined ? list : list.toSpliced(other, 0, here);
    case "swap":
      return here === undefined || there === undefined
        ? list
        : list.with(at, there).with(other, here);
    case "insert":
      return extra === undefined ? list : list.toSpliced(at, 0, { bytes: extra.bytes });
    case "invent":
      return list.toSpliced(at, 0, { bytes: Buffer.from("17.0:nobody").toString("base64") });
    case "empty":
      return list.toSpliced(at, 0, { bytes: "" });
  }
}

/** A chain as the reference sees it. */
class Reference {
  readonly made: HandMadeHistory;
  readonly #rules: StorePromise;
  readonly #failures: boolean;
  #logs: Item[][] = [[]];
  readonly #all: Item[] = [];
  #next = 0;
  #checkpoint = 0;
  #below = 0;

  constructor(lives: readonly Life[], rules: StorePromise) {
    this.made = new HandMadeHistory(
      lives.flatMap(({ operations, killedOpen }) => (killedOpen ? [[], operations] : [operations])),
    );
    this.#rules = rules;
    this.#failures = lives.some(({ failed }) => failed.length > 0);
  }

  get fault(): "kill" | "io-error" {
    return this.#failures ? "io-error" : "kill";
  }

  /** Runs a life; true where it ended in a report, which `how` changed. */
  live(one: Life, how: Change): "unreported" | "legal" | "illegal" {
    if (one.killedOpen) {
      this.made.opening().crash({ during: "open" });
    }
    this.made.open();
    const { items, settled } = this.#operate(one);
    this.#logs = distinct(
      this.#logs.flatMap((log) =>
        leftOvers(items, settled, this.#rules).map((rest) => [...log, ...rest]),
      ),
    );
    this.#all.push(...items);
    return one.report ? this.#report(one.choice, how) : "unreported";
  }

  #operate(one: Life): { readonly items: readonly Item[]; readonly settled: number } {
    const items: Item[] = [];
    let settled = 0;
    const first = this.#next;
    this.#next += one.operations.length;
    const asked = one.operations.slice(0, one.asked);
    for (const [index, asking] of asked.entries()) {
      const number = first + index;
      const last = index === asked.length - 1;
      const failed = one.failed.includes(index);
      const outcome = last && !one.answered ? "unanswered" : failed ? "failed" : "acknowledged";
      this.#checkpoint = asking.kind === "checkpoint" ? number : this.#checkpoint;
      this.#below = asking.kind === "truncate" ? this.#checkpoint : this.#below;
      items.push(...this.#items(asking, number, outcome));
      if (outcome === "unanswered") {
        this.made.ask(number).crashIn(number);
        return { items, settled };
      }
      if (outcome === "failed") {
        this.made.fail(number);
      } else {
        this.made.ack(number);
        const { barriers } = this.#rules;
        const barrier =
          asking.kind === "reopen" ||
          (asking.kind !== "truncate" && barriers.includes(asking.kind));
        settled = barrier ? items.length : settled;
      }
    }
    if (one.closes) {
      this.made.close();
      const keeps = this.fault === "kill" || this.#rules.barriers.includes("close");
      return { items, settled: keeps ? items.length : settled };
    }
    this.made.crash();
    return { items, settled };
  }

  #items(asking: Operation, number: number, outcome: Item["outcome"]): Item[] {
    const sizes =
      asking.kind === "append" ? [asking.size] : asking.kind === "batch" ? asking.sizes : [];
    return sizes.map((bytes, item) => ({
      operation: number,
      item,
      bytes: Buffer.from(
        payload(this.made.workload.seed, { operation: number, item }, bytes),
      ).toString("base64"),
      outcome,
    }));
  }

  #report(choice: number, how: Change): "legal" | "illegal" {
    const legal = distinct(truncations(this.#logs, this.#below));
    const found = changed(legal[choice % legal.length] ?? [], this.#all, how);
    this.made.found(...found);
    const event = this.made.history.events.at(-1);
    const records =
      event?.kind === "recovered" && event.outcome.kind === "found" ? event.outcome.records : [];
    this.#logs = legal.filter(
      (log) => log.length === records.length && textOf(log) === textOf(records),
    );
    return this.#logs.length > 0 ? "legal" : "illegal";
  }
}

test("the judges convict exactly what the reference does not list", () => {
  const seen = { legal: 0, illegal: 0, changedLegal: 0 };
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 3 }),
      promise,
      change,
      (lives, rules, how) => {
        const reference = new Reference(lives, rules);
        const lastReport = lives.findLastIndex(({ report }) => report);
        let result: ReturnType<Reference["live"]> = "unreported";
        for (const [index, one] of lives.entries()) {
          result = reference.live(one, index === lastReport ? how : { ...how, kind: "none" });
          if (result === "illegal") {
            break;
          }
        }
        const judgement = judgeHistory(reference.made.history, rules, reference.fault);
        expect(judgement.problem).toBeUndefined();
        expect(judgement.verdict, JSON.stringify(judgement.violations)).toBe(
          result === "illegal" ? "violated" : "held",
        );
        seen.illegal += result === "illegal" ? 1 : 0;
        seen.legal += result === "legal" ? 1 : 0;
        seen.changedLegal += result === "legal" && how.kind !== "none" ? 1 : 0;
      },
    ),
    { seed: 20, numRuns: 6000 },
  );
  // The draw must reach both sides, and changes that a promise allows.
  expect(seen.legal).toBeGreaterThan(500);
  expect(seen.illegal).toBeGreaterThan(500);
  expect(seen.changedLegal).toBeGreaterThan(50);
});
