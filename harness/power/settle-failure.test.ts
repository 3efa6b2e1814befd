// From drawn failures to named ones, and what the chain that they strike looks like.
import { describe, expect, test } from "vitest";
import { parseIoFailure } from "../disk/io-failure.ts";
import { profiles } from "../disk/profile.ts";
import { failuresOf } from "../faults/io-error-text.ts";
import type { Workload } from "../workload.ts";
import { type ChainPlan, formatChainLife, type PlannedFailure, withFailure } from "./chain-plan.ts";
import { journalSubject } from "./fixtures/journal-store.ts";
import { livedOn } from "./lived-on.ts";
import { recordChain } from "./record-chain.ts";
import { everyFailure, settleFailure } from "./settle-failure.ts";

const APPENDS = Array.from({ length: 3 }, () => ({ kind: "append", size: 20 }) as const);
const WORKLOAD: Workload = { seed: 5, options: {}, lives: [APPENDS, APPENDS] };
const REQUEST = {
  store: { subject: journalSubject(), options: { mode: "sync" } },
  workload: WORKLOAD,
  profile: profiles.posix,
  seed: 3,
};
const EIO = failuresOf("io-error:EIO") ?? [];

function drawn(seed: number, among = EIO): PlannedFailure {
  return { kind: "drawn", among, seed };
}

function plan(failing: Partial<ChainPlan["lives"][number]>): ChainPlan {
  return {
    lives: [{ ending: { kind: "idle" }, ...failing }, { ending: { kind: "close" } }],
  };
}

async function settled(failing: Partial<ChainPlan["lives"][number]>) {
  return settleFailure({ ...REQUEST, plan: plan(failing) });
}

async function struck(chain: ChainPlan): Promise<readonly string[]> {
  const { trace } = await recordChain({ ...REQUEST, plan: chain });
  return trace.events.flatMap((event) =>
    event.kind === "mark" && event.happened.kind === "io-error" ? [event.happened.failure] : [],
  );
}

describe("a drawn failure", () => {
  test("becomes one at a call that is made, and strikes there", async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const { plan: named, calls } = await settled({ failure: drawn(seed) });
      const failure = named.lives[0]?.failure;
      if (failure?.kind !== "chosen") throw new Error("nothing was chosen");
      const { call, n } = failure.failure;
      expect(n).toBeLessThanOrEqual(calls.get(call) ?? 0);
      const [told = ""] = await struck(named);
      expect(parseIoFailure(told)).toEqual(failure.failure);
    }
  });

  test("reaches each call in the end", async () => {
    const writes = EIO.filter(({ call, lasts }) => call === "write" && !lasts);
    const reached = new Set<number>();
    let count = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const { plan: named, calls } = await settled({ failure: drawn(seed, writes) });
      const failure = named.lives[0]?.failure;
      if (failure?.kind === "chosen") reached.add(failure.failure.n);
      count = calls.get("write") ?? 0;
    }
    expect(count).toBeGreaterThanOrEqual(APPENDS.length);
    expect(reached).toEqual(new Set(Array.from({ length: count }, (_, index) => index + 1)));
  });

  test("is none where no such call is made", async () => {
    const among = EIO.filter(({ call }) => call === "remove");
    const { plan: named, calls } = await settled({ failure: drawn(1, among) });
    expect(calls.has("remove")).toBe(false);
    expect(named.lives[0]).toEqual({ ending: { kind: "idle" } });
  });

  test("in a recovery is told there, and the recovery is done again", async () => {
    const recovered: string[] = [];
    for (let seed = 0; seed < 8; seed += 1) {
      const { plan: named } = await settled({ recoveryFailure: drawn(seed) });
      const { trace } = await recordChain({ ...REQUEST, plan: named });
      const marks = trace.events.flatMap((event) =>
        event.kind === "mark" ? [event.happened] : [],
      );
      const error = marks.findIndex(({ kind }) => kind === "io-error");
      expect(marks[error - 1]).toMatchObject({ kind: "crash", life: 0 });
      const after = marks.slice(error + 1, error + 3);
      expect(after.map(({ kind }) => kind)).toEqual(["recovered", "recovered"]);
      recovered.push(...after.map((mark) => (mark.kind === "recovered" ? mark.outcome.kind : "")));
      expect(marks.at(-1)).toEqual({ kind: "closed", life: 1 });
    }
    expect(new Set(recovered)).toEqual(new Set(["refused", "found"]));
  });
});

describe("a chosen failure", () => {
  test("stays as it is", async () => {
    const [failure] = everyFailure(EIO, new Map([["write", 2]]));
    if (failure === undefined) throw new Error("no failure");
    const chosen = plan({ failure: { kind: "chosen", failure } });
    expect(await settleFailure({ ...REQUEST, plan: chosen })).toEqual({
      plan: chosen,
      calls: new Map(),
    });
  });

  test("takes the place of a drawn one, at its call or at any", () => {
    const [failure] = everyFailure(EIO, new Map([["write", 1]]));
    if (failure === undefined) throw new Error("no failure");
    const { n: _, ...anywhere } = failure;
    const drawing = plan({ failure: drawn(7) });
    expect(withFailure(drawing, failure)).toEqual(plan({ failure: { kind: "chosen", failure } }));
    expect(withFailure(drawing, anywhere)).toEqual(plan({ failure: drawn(7, [anywhere]) }));
    const recovering = withFailure(plan({ recoveryFailure: drawn(7) }), failure);
    expect(recovering).toEqual(plan({ recoveryFailure: { kind: "chosen", failure } }));
    const [life] = recovering.lives;
    expect(life && formatChainLife(life)).toMatch(/^idle, recovery write#1:EIO/);
  });
});

test("every failure is enumerated at every call", () => {
  const calls = new Map([
    ["write", 3],
    ["rename", 1],
  ] as const);
  const failures = [...everyFailure(EIO, calls)];
  const writes = EIO.filter(({ call }) => call === "write").length;
  const renames = EIO.filter(({ call }) => call === "rename").length;
  expect(failures).toHaveLength(3 * writes + renames);
  expect(new Set(failures.map(({ n }) => n))).toEqual(new Set([1, 2, 3]));
});

test("a life that fails is followed by another, which asks for nothing new", () => {
  expect(livedOn(WORKLOAD)).toBe(WORKLOAD);
  const single = livedOn({ ...WORKLOAD, lives: [APPENDS] });
  expect(single.lives).toEqual([APPENDS, [{ kind: "append", size: 40 }]]);
  const syncing = livedOn({ ...WORKLOAD, lives: [[{ kind: "sync" }]] });
  expect(syncing.lives[1]).toEqual([{ kind: "append", size: 40 }, { kind: "sync" }]);
});
